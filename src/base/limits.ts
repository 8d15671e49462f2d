/**
 * Every bound of the registry, with its unit in its name, in one place.
 * What an operator may want to change is a setting (`config/settings.ts`) and only has its default here.
 */
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const TiB = 1024 * GiB;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const limits = {
  /** Characters of a repository name, all components and slashes together (NAME-02). */
  nameCharacters: 255,
  /** Characters of a digest string, whatever its algorithm (LIM-04). */
  digestCharacters: 256,
  /** Characters of a media type; RFC 6838 allows 127 on each side of the slash. */
  mediaTypeCharacters: 255,
  /** Characters of a media type in a document, its parameters included. */
  mediaTypeFieldCharacters: 1_024,

  /** Characters of a host with its port; a name of the DNS has at most 253. */
  hostCharacters: 260,
  /** Seconds for which a browser may remember what pages of another origin may do here; Chromium takes at most 7,200. */
  preflightSeconds: 600,
  /** Names of request headers that a page asks for in a preflight; of a longer list none is allowed. */
  preflightHeaderCharacters: 4 * KiB,
  /** Proxies in `X-Forwarded-For` or `Forwarded` that are looked at, and characters of that header; the last ones count. */
  forwardedHops: 32,
  forwardedCharacters: 4_096,
  /** Characters of the operator's notice; the specification allows 4096 bytes of warnings in all. */
  noticeCharacters: 1_000,

  /** Entries of a layer whose tarsum is asked for; each takes some 2 KiB of memory while it is computed. */
  tarEntries: 200_000,
  /** Bytes of such a layer, uncompressed: it is read again while its client waits (docs/decisions/0009). */
  tarsumBytes: 4 * GiB,
  /** Requests that wait to have such a layer read, which happens to one at a time on the machine; of all clients, and of one. */
  tarsumsWaiting: 16,
  tarsumsWaitingOfClient: 4,
  /** How many bytes may come from one byte of a compressed layer. */
  inflationRatio: 250,
  /** Below this, in bytes, the ratio does not matter. */
  inflationSlack: 16 * MiB,
  /** Bytes that are inflated at a time. */
  inflatedPieceBytes: 64 * KiB,
  /** Bytes of one extended header of such a layer: long names and attributes. */
  tarExtensionBytes: 1 * MiB,

  /**
   * Bytes of a request's head: the request line and all headers. A client may ask for 1,024 ranges at once, and two tokens of
   * a cloud's identity service take 20 KiB.
   */
  requestHeadBytes: 64 * KiB,
  /** A header of up to this length is read at once; requests with a longer one are spread over the turns of the event loop. */
  headerReadAtOnceBytes: 4 * KiB,
  /** Ranges of a blob in one request: containers/storage asks for so many at most. A request with more gets the whole blob. */
  rangesInRequest: 1_024,
  /** A reply of several ranges is read and sent in pieces of this size; one that is shorter is put together at once. */
  multipartPieceBytes: 64 * KiB,
  /** Pieces of such replies that are read from files at the same moment. */
  multipartReads: 4,
  /** Entity tags that are read from one header. A head has no room for so many digests. */
  entityTags: 1_024,

  /** Bytes of a manifest body. The specification asks for at least 4 MiB (MPUT-16). */
  manifestBytes: 4 * MiB,
  /** Nesting of a manifest's JSON (LIM-03). */
  manifestDepth: 100,
  /** Descriptors that one manifest may hold (LIM-02). */
  manifestReferences: 10_000,
  /** A inline blob that a manifest refers to is verified again after so many milliseconds; so many are remembered. */
  verifiedForMs: 100,
  verifiedBlobs: 1_000,
  /** References of a manifest that are looked up in the transaction that stores it, where all are inline. */
  referencesInTransaction: 16,
  /** References of a manifest that are looked up where its request is answered; more are looked up in a thread. */
  referencesAtOnce: 100,
  /** Manifests up to this size are read at once, larger ones one after the other in a thread of their own. */
  manifestReadAtOnceBytes: 64 * KiB,
  /** After each of those, the next one waits for as long as it has taken, and at most for so long. */
  manifestRestMs: 100,
  /** Stored manifests up to this size are read together with their records. */
  manifestReadWithRecordBytes: 16 * KiB,
  /** A body that says that it has no more than this is read as a whole, also where it is streamed otherwise. */
  bodyReadAtOnceBytes: 16 * KiB,
  /** Signatures of one schema 1 manifest (LIM-12). */
  signaturesInManifest: 8,
  /** How often a push is merged again because others have added signatures meanwhile: eight can, each once. */
  signatureMerges: 10,
  /** Characters of one base64 text in a signature; an RSA key of 8192 bits takes 1366. */
  signatureTextCharacters: 2_048,
  /** Bytes that close a signed payload after the last thing it says; libtrust writes one or two. */
  signatureTailBytes: 64,
  /** Bytes of one with all of its signatures, which are verified again when one is added. */
  signedManifestBytes: 1 * MiB,
  /** Bytes of an index, a manifest and a configuration, each, from which one is made. */
  convertedBytes: 64 * KiB,
  /** Bytes of images that were converted, and are not converted again for a while; 500 steps take some 300 KB. */
  convertedKeptBytes: 16 * MiB,
  /**
   * A process gives such images so many milliseconds apart, kept ones too: each is some 300 KB for a client that sends 100 bytes. So
   * many requests may wait for that.
   */
  convertedApartMs: 5,
  convertedWaiting: 400,
  /** Images that wait to be converted, which happens to one at a time in a process; of all repositories, and of one. */
  conversionsWaiting: 64,
  conversionsWaitingOfRepository: 16,
  /** Steps in the history of such an image: each becomes a layer, and clients of that time took 127. */
  convertedSteps: 500,
  /** Bytes that each line of such a manifest may be indented by; Go registries write three spaces. */
  signatureIndentBytes: 16,
  /** Bytes of the JSON web key in one signature; an RSA key of 8192 bits takes some 1500. */
  signatureKeyBytes: 8 * KiB,
  /** Bytes of the file that holds the registry's own key. */
  signingKeyFileBytes: 64 * KiB,
  /** Certificates in the chain of one signature (LIM-12), and bytes of one of them. */
  certificatesInSignature: 8,
  certificateBytes: 16 * KiB,
  /** Bits of an RSA key that signs: fewer prove nothing, more cost time. */
  rsaBitsLeast: 2_048,
  rsaBitsMost: 8_192,
  /** Errors that one reply lists; the rest is counted in the last one's message. */
  errorsListed: 100,

  /** Bytes of one blob. */
  blobBytes: 1 * TiB,

  /** A blob below this size lies in the database, beside its digest. */
  inlineBlobBytes: 16 * KiB,

  /** Request bodies that all workers read at the same moment, also those of which hardly a byte has come. */
  bodiesInFlight: 8_000,
  /**
   * Requests to all workers that may be writing a blob of more than `bodyReadAtOnceBytes` at the same moment, and requests that wait until they may. Bun holds some
   * 2 MB of a body that waits.
   */
  blobWritesInFlight: 2_000,
  blobWritesWaiting: 32,
  /** Pieces of a blob are put together until they have so many bytes: a client that sends single ones makes few writes. */
  blobPieceLeastBytes: 1 * KiB,
  /** Running hashes kept between the requests of upload sessions; an evicted one is computed again from storage. */
  runningHashes: 4_096,
  /** Threads that hash uploads, where the machine has so many cores. */
  hashThreads: 4,
  /** Uploads up to this size are hashed where they are received. */
  hashedAtOnceBytes: 128 * KiB,
  /** Bytes of one upload that a thread is told of together, but for the last ones. */
  hashedTogetherBytes: 256 * KiB,
  /** Bytes of one upload that are written and not hashed yet; then its socket waits, so that they are still in memory. */
  hashedAheadBytes: 4 * MiB,
  /** A piece of memory that nobody uses any more is given back at once if it has at least so many bytes. */
  releasedBufferBytes: 16 * KiB,
  /** Uploads that are written with the write and the hash overlapped; with more of them at once, memory comes before speed. */
  overlappedWrites: 16,
  /**
   * Bytes that bodies held in memory may take together in all workers: those of up to `manifestReadAtOnceBytes`, which are charged
   * for what has come, and larger ones, which are charged as a whole once they are larger.
   */
  smallBodyBytes: 4 * MiB,
  largeBodyBytes: 12 * MiB,
  /** Requests to all workers that wait for room for such a body. Bun holds some 2 MB of each. */
  bodiesWaiting: 16,
  /** A request waits this long for room; then it is answered 429. */
  budgetWaitMs: 5_000,
  /** How often those that hold room are looked at while others wait for it. */
  budgetLookMs: 100,
  /**
   * A client that has kept the registry waiting for this long may have to give way to another. The slowest one does, so it need
   * not be long; while it lasts, those who open connections again and again could hold all places.
   */
  slowAfterMs: 250,
  /** It gives way where it sends less than this on average: of a blob, and of a body held in memory (4 MiB in a minute). */
  slowUploadBytesPerSecond: 16 * KiB,
  slowBodyBytesPerSecond: 70 * KiB,
  /** A body held in memory has this long to arrive, beside one silence of its client. */
  heldBodyMs: 1 * minuteMs,

  /** Replies of more bytes than the first begin so many milliseconds apart, and so many of all workers may wait. */
  largeReplyBytes: 1 * MiB,
  largeRepliesApartMs: 1,
  largeRepliesWaiting: 2_000,
  /** A process gives pages of lists of more than `largeReplyBytes` so many milliseconds apart, and so many may wait in it. */
  largePagesApartMs: 50,
  largePagesWaiting: 200,
  /** Manifests and lists of more bytes than this are sent from a file (docs/decisions/0019). */
  replyInMemoryBytes: 64 * KiB,
  /** Bytes of such files of all workers; and of such replies that are held in memory where no file can be written. */
  replyFileBytes: 1 * GiB,
  replyFallbackBytes: 16 * MiB,
  /** Such a file stays for at least the first of these after its last use, and at most for the second. */
  replyFileLeastMs: 10_000,
  replyFileIdleMs: 10 * minuteMs,
  /** Removed files that may still have slow readers, as a multiple of `replyFileBytes`. */
  replyFilesRemoved: 4,
  /** `tag` parameters of one push; the specification asks for at least 10 (TAGP-01). */
  tagsInPush: 50,
  /** `digest` parameters of one upload. */
  digestsInPush: 8,
  /** The collector runs after each of this many bytes of manifests, sent or received. */
  collectedManifestBytes: 16 * MiB,
  /** Uploads and blobs that are fsynced at the same moment. */
  concurrentSyncs: 16,

  /** A client that sends nothing of its request's body for this long is cut, where the operator says nothing else. */
  uploadSilenceSeconds: 300,
  uploadSilenceSecondsMost: 86_400,
  /** How often silent clients are looked for. */
  silenceLookMs: 1_000,
  /** A request to a session that another one is writing to waits this long for that one to end. */
  uploadHandoverMs: 3_000,
  /** Descriptors that connections leave free, or a quarter of all; how often that is looked at. */
  descriptorsReserved: 128,
  descriptorCheckMs: 250,
  /** Where few are left again and again, that is logged so seldom. */
  descriptorWarningMs: 60_000,
  /** A connection without any traffic is closed after this long (Bun's ceiling is 255). */
  idleSeconds: 255,
  /** An upload session of which no byte was ever kept is removed after this long: to start one costs its client nothing. */
  emptyUploadLifetimeMs: 1 * hourMs,
  /** An upload session that is not touched for this long is removed with its bytes (CAN-04). */
  uploadLifetimeMs: 7 * 24 * hourMs,
  /**
   * Upload sessions that one client may have open. A push of an image has some ten; clients behind one proxy that is not trusted
   * count as one.
   */
  uploadSessionsOfClient: 20_000,
  /** An upload session to which nothing has come has its row after this long, as soon as the rows of earlier ones are written. */
  pendingUploadMs: 500,
  /** How often such sessions are looked for, and rows that are written for them at a time: other writes wait behind them. */
  pendingUploadLookMs: 50,
  pendingUploadRows: 64,
  /** Sessions that wait for that in memory; more have their row at once. All rows may be asked for in one turn: `metadataQueue`. */
  pendingUploads: 1_000,
  /** How often expired upload sessions are looked for. */
  uploadSweepMs: 10 * minuteMs,
  /** Files that no row names are looked for in one shard of the storage after the other: 512 of them are a pass. */
  orphanStepMs: 2_000,
  /** Files that are looked up in the database at a time. */
  orphanSweepBatch: 1_000,
  /** An object that no row names is younger than this, or is removed: its row comes after it. */
  orphanGraceMs: 1 * hourMs,
  /** Objects that no row names which are remembered from one pass to the next, in which they are removed. */
  orphanSuspects: 10_000,
  /** Where more objects than this, and more than half of all, are named by no row, none is removed: the database is not theirs. */
  orphansExpected: 100,
  /** Expired upload sessions that are removed in one step. */
  uploadSweepBatch: 100,

  /** A committed or mounted blob is promised to the pusher for this long, referenced or not. */
  pinMs: 24 * hourMs,
  /** A HEAD renews the promise when less than this is left of it. */
  pinRenewMs: 1 * hourMs,
  /** What a read waits for a write that it brings with it, a pin above all; then it answers without. */
  writeInPassingMs: 250,
  /** Pins that could not be written and are kept in memory, of each process; how often they are tried again. */
  unwrittenPins: 50_000,
  pinRetryMs: 1_000,
  /** Deleted content can be restored for this long. */
  trashMs: 48 * hourMs,

  /** Repositories that are asked about when a mount names none. */
  mountCandidates: 100,

  /** Tags, repositories or referrers in one page, whatever `n` says. */
  pageEntries: 10_000,
  /** A page of up to so many entries is written as soon as it is read. */
  pageEntriesAtOnce: 1_000,
  /** Repositories in one catalogue page when `n` is absent (CAT-02). */
  catalogDefaultEntries: 100,
  /** Events of a tag's history in one page, and when `n` is absent. */
  historyEntries: 1_000,
  historyDefaultEntries: 100,
  /** Bytes of a referrers page: clients cap what they read at 4 MiB (REF-08), and a large page holds up other requests. */
  referrersPageBytes: 2 * MiB,
  /** Bytes of a descriptor in the table of referrers; rows there lie in the order of the lists, and have to be short. */
  listedDescriptorBytes: 640,

  /** What long pieces of work may take of one turn of the event loop together; the next one waits for the next turn. */
  turnMs: 5,
  /** A piece shorter than this is none that others have to wait for. */
  turnPieceMs: 0.2,
  /** Pieces that are expected to take less than this go before longer ones. */
  turnShortMs: 1,
  /** How often the event loop's watch looks; a stall shorter than this is not seen. */
  loopWatchMs: 10,

  /** What a client is told to wait before it tries again. */
  retryAfterSeconds: 5,

  /** Bytes of memory that an entry of what follows is counted with, beside its own: keys, objects and headers about it. */
  keptEntryBytes: 1 * KiB,
  /** Damaged blobs and manifests that a process remembers, so that it reports each of them once. */
  damageReportsKept: 10_000,
  /** Hashes of what was asked for once and is kept when it is asked for again, for each kind of it. */
  hashesKept: 16_384,
  /** Bytes of request paths that are not looked at again for a while. */
  knownPathsBytes: 4 * MiB,
  /** Answers of the metadata store, of each kind, that are kept until the next commit; bytes of those that are manifests. */
  standingAnswers: 10_000,
  standingManifestBytes: 24 * MiB,
  /** Bytes of manifests that were read and found intact, and are not read again for a while. */
  intactManifestBytes: 24 * MiB,
  /** Blobs up to this size are read before they are sent: for larger ones it is cheaper to leave that to the kernel. */
  blobReadAtOnceBytes: 16 * KiB,
  /** Bytes of such blobs that are not read again for a while. */
  smallBlobsBytes: 16 * MiB,

  /** Operations in one group commit. */
  commitGroup: 64,
  /** Writes that wait for the metadata writer; one more is refused as unavailable. */
  metadataQueue: 10_000,
  /** A write that the metadata writer has not answered by then is refused; so are those behind it until it answers again. */
  writerAnswerMs: 25_000,
  /** The same of what a worker asks its supervisor, which may not answer either. */
  supervisorAnswerMs: 30_000,
  /** Bytes that have to be free on the disk of the database, once it was full, before `/readyz` says that it can be written. */
  metadataRoomBytes: 256 * KiB,
  /** After a failure of the database, so often is tried whether it can be written again. */
  writerRetryMs: 250,
  /** How often is looked whether the files of the database are still in their places. */
  databaseFilesCheckMs: 1_000,
  /** What `/readyz` and `/metrics` wait for another process or the disk. */
  probeMs: 2_000,

  /** A request to another registry on which nothing moves for this long is given up. */
  clientSilenceMs: 2 * minuteMs,
  /** How often another registry may send a reader on. */
  clientRedirects: 5,
  /** Bytes of another registry's answer that is not streamed: a manifest at most. */
  clientAnswerBytes: 4 * MiB,

  /** What `lading bench` may be asked for: requests at the same moment, and seconds of one kind of load. */
  benchConcurrency: 1_000,
  benchSeconds: 24 * 60 * 60,
  /** Operations that fail before a kind of load is given up: it measures nothing. */
  benchFailures: 1_000,
  /** A request of a load on which nothing moves for this long has failed. */
  benchSilenceMs: 30_000,
  /** Bytes of the head of an answer. */
  benchHeadBytes: 64 * KiB,

  /** How often the metrics of what is stored are counted. */
  contentCountMs: 1 * minuteMs,

  /** How often the files of the TLS certificate are looked at. */
  certificatePollMs: 1 * minuteMs,
  /** For this long, the servers of the old and the new certificate both listen, and clients of the old one are sent away. */
  handoverMs: 2_000,

  /** A signal that follows the first one this soon is the same one, sent by two senders. */
  sameSignalMs: 1_000,
  /** How often a registry that npm has started looks whether npm is still there. */
  parentPollMs: 500,
  /** After SIGTERM, requests in flight get this long before their connections are closed. */
  drainMs: 20_000,
  /** After that, uploads whose connections were closed get this long to keep what had arrived. */
  settleMs: 5_000,
  /** Worker processes that are started where nobody says how many. One thread commits what all of them write. */
  workersUsual: 8,
  /** Worker processes that one may ask for. */
  workersMost: 64,
  /** Workers that have lost their supervisor are gone before this; a start on the same data waits for them. */
  workerEndMs: 3_000,
  /** How often the supervisor asks each worker whether it is there. */
  workerBeatMs: 1_000,
  /** A worker that leaves this many of these questions in a row unanswered is killed; the longest honest stall is far shorter. */
  workerSilentBeats: 10,
  /** The same for one that has yet to listen: on a busy machine it takes its time. */
  workerStartBeats: 60,
  /** A worker that has ended is replaced after the first of these. Each start that fails doubles the wait for the next. */
  workerRestartLeastMs: 50,
  workerRestartMostMs: 10_000,
  /** The longest such wait while no worker listens. */
  workerRestartMostAloneMs: 1_000,
  /** A worker that has not told its numbers by then is counted with those that it told before. */
  workerSampleMs: 1_000,
  /** At the end, a slow reader of the log gets this long to take the last lines. */
  logDrainMs: 1_000,
  /** Characters of what a client says that stand in a log line: its user agent, and the path that it asks for. */
  loggedUserAgentCharacters: 256,
  loggedPathCharacters: 1_024,
  /** Characters of the reason in a log line; the stack of a defect is among these. */
  loggedErrorCharacters: 4_096,
  /** Log lines are written together, at most this long after the first of them. */
  logFlushMs: 20,
  /** Characters of log lines that wait for a slow reader, of which one becomes six where it is escaped; what comes after is dropped and counted. */
  logBufferCharacters: 4 * MiB,
} as const;
