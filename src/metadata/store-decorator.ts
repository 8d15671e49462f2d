import type { MetadataStore } from "./store.ts";

type Parameters<Name extends keyof MetadataStore> = MetadataStore[Name] extends (...parameters: infer P) => unknown
  ? P
  : never;

/** A store that passes every call on to another store. A decorator extends it, and overrides the calls that it changes. */
export class StoreDecorator implements MetadataStore {
  protected readonly inner: MetadataStore;

  constructor(inner: MetadataStore) {
    this.inner = inner;
  }

  get fault(): string | undefined {
    return this.inner.fault;
  }

  version(): number {
    return this.inner.version();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  blob(...parameters: Parameters<"blob">): ReturnType<MetadataStore["blob"]> {
    return this.inner.blob(...parameters);
  }

  repositoriesWith(...parameters: Parameters<"repositoriesWith">): ReturnType<MetadataStore["repositoriesWith"]> {
    return this.inner.repositoriesWith(...parameters);
  }

  bytesOf(...parameters: Parameters<"bytesOf">): ReturnType<MetadataStore["bytesOf"]> {
    return this.inner.bytesOf(...parameters);
  }

  inlineBytes(...parameters: Parameters<"inlineBytes">): ReturnType<MetadataStore["inlineBytes"]> {
    return this.inner.inlineBytes(...parameters);
  }

  references(...parameters: Parameters<"references">): ReturnType<MetadataStore["references"]> {
    return this.inner.references(...parameters);
  }

  manifestByDigest(...parameters: Parameters<"manifestByDigest">): ReturnType<MetadataStore["manifestByDigest"]> {
    return this.inner.manifestByDigest(...parameters);
  }

  manifestByTag(...parameters: Parameters<"manifestByTag">): ReturnType<MetadataStore["manifestByTag"]> {
    return this.inner.manifestByTag(...parameters);
  }

  isStored(...parameters: Parameters<"isStored">): ReturnType<MetadataStore["isStored"]> {
    return this.inner.isStored(...parameters);
  }

  commitBlob(...parameters: Parameters<"commitBlob">): ReturnType<MetadataStore["commitBlob"]> {
    return this.inner.commitBlob(...parameters);
  }

  recommitBlob(...parameters: Parameters<"recommitBlob">): ReturnType<MetadataStore["recommitBlob"]> {
    return this.inner.recommitBlob(...parameters);
  }

  mountBlob(...parameters: Parameters<"mountBlob">): ReturnType<MetadataStore["mountBlob"]> {
    return this.inner.mountBlob(...parameters);
  }

  pinBlob(...parameters: Parameters<"pinBlob">): ReturnType<MetadataStore["pinBlob"]> {
    return this.inner.pinBlob(...parameters);
  }

  pinManifest(...parameters: Parameters<"pinManifest">): ReturnType<MetadataStore["pinManifest"]> {
    return this.inner.pinManifest(...parameters);
  }

  markBlobCorrupt(...parameters: Parameters<"markBlobCorrupt">): ReturnType<MetadataStore["markBlobCorrupt"]> {
    return this.inner.markBlobCorrupt(...parameters);
  }

  deleteBlob(...parameters: Parameters<"deleteBlob">): ReturnType<MetadataStore["deleteBlob"]> {
    return this.inner.deleteBlob(...parameters);
  }

  putManifest(...parameters: Parameters<"putManifest">): ReturnType<MetadataStore["putManifest"]> {
    return this.inner.putManifest(...parameters);
  }

  deleteManifest(...parameters: Parameters<"deleteManifest">): ReturnType<MetadataStore["deleteManifest"]> {
    return this.inner.deleteManifest(...parameters);
  }

  repositoryExists(...parameters: Parameters<"repositoryExists">): ReturnType<MetadataStore["repositoryExists"]> {
    return this.inner.repositoryExists(...parameters);
  }

  repositories(...parameters: Parameters<"repositories">): ReturnType<MetadataStore["repositories"]> {
    return this.inner.repositories(...parameters);
  }

  tags(...parameters: Parameters<"tags">): ReturnType<MetadataStore["tags"]> {
    return this.inner.tags(...parameters);
  }

  tagHistory(...parameters: Parameters<"tagHistory">): ReturnType<MetadataStore["tagHistory"]> {
    return this.inner.tagHistory(...parameters);
  }

  referrers(...parameters: Parameters<"referrers">): ReturnType<MetadataStore["referrers"]> {
    return this.inner.referrers(...parameters);
  }

  deleteTag(...parameters: Parameters<"deleteTag">): ReturnType<MetadataStore["deleteTag"]> {
    return this.inner.deleteTag(...parameters);
  }

  upload(...parameters: Parameters<"upload">): ReturnType<MetadataStore["upload"]> {
    return this.inner.upload(...parameters);
  }

  expiredUploads(...parameters: Parameters<"expiredUploads">): ReturnType<MetadataStore["expiredUploads"]> {
    return this.inner.expiredUploads(...parameters);
  }

  knownUploads(...parameters: Parameters<"knownUploads">): ReturnType<MetadataStore["knownUploads"]> {
    return this.inner.knownUploads(...parameters);
  }

  startUpload(...parameters: Parameters<"startUpload">): ReturnType<MetadataStore["startUpload"]> {
    return this.inner.startUpload(...parameters);
  }

  advanceUpload(...parameters: Parameters<"advanceUpload">): ReturnType<MetadataStore["advanceUpload"]> {
    return this.inner.advanceUpload(...parameters);
  }

  endUpload(...parameters: Parameters<"endUpload">): ReturnType<MetadataStore["endUpload"]> {
    return this.inner.endUpload(...parameters);
  }

  expireUpload(...parameters: Parameters<"expireUpload">): ReturnType<MetadataStore["expireUpload"]> {
    return this.inner.expireUpload(...parameters);
  }

  count(...parameters: Parameters<"count">): ReturnType<MetadataStore["count"]> {
    return this.inner.count(...parameters);
  }

  measure(...parameters: Parameters<"measure">): ReturnType<MetadataStore["measure"]> {
    return this.inner.measure(...parameters);
  }

  unnamedKeys(...parameters: Parameters<"unnamedKeys">): ReturnType<MetadataStore["unnamedKeys"]> {
    return this.inner.unnamedKeys(...parameters);
  }

  checkWritable(...parameters: Parameters<"checkWritable">): ReturnType<MetadataStore["checkWritable"]> {
    return this.inner.checkWritable(...parameters);
  }
}
