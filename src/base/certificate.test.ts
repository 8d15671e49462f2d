import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate, writePair, type MadeCertificate } from "../../test/support/certificate.ts";
import { rejectionOf } from "../../test/support/rejection.ts";
import { CertificateError, readCertificate, type CertificateFiles } from "./certificate.ts";
import { baseLimits } from "./limits.ts";

const good = makeCertificate({ subject: "good", validTo: new Date("2031-02-03T04:05:06Z") });

async function withPair(pair: Pick<MadeCertificate, "cert" | "key">, work: (files: CertificateFiles) => Promise<void>) {
  const directory = mkdtempSync(join(tmpdir(), "lading-certificate-"));
  try {
    await work(writePair(directory, pair));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Expects that the files are refused because of `file`, and that the message has its name and the reason. */
async function expectRefusal(files: CertificateFiles, file: keyof CertificateFiles, reason: string): Promise<void> {
  const error = (await rejectionOf(readCertificate(files))) as CertificateError;
  expect(error).toBeInstanceOf(CertificateError);
  expect(error.file).toBe(file);
  expect(error.message).toContain(files[file]);
  expect(error.message).toContain(reason);
  expect(error.message).not.toContain("\n");
}

test("a pair is read with the data of its certificate", () =>
  withPair(good, async (files) => {
    expect(await readCertificate(files)).toEqual({
      cert: good.cert,
      key: good.key,
      subject: "CN=good",
      validFrom: Date.UTC(2020, 0, 1),
      validTo: Date.UTC(2031, 1, 3, 4, 5, 6),
    });
  }));

test("the first certificate counts; its issuers follow it", async () => {
  const authority = makeCertificate({ subject: "authority" });
  const leaf = makeCertificate({ subject: "leaf", issuer: authority });
  await withPair({ cert: leaf.cert + authority.cert, key: leaf.key }, async (files) => {
    expect((await readCertificate(files)).subject).toBe("CN=leaf");
  });
  await withPair({ cert: authority.cert + leaf.cert, key: leaf.key }, (files) =>
    expectRefusal(files, "key", "is not the key of the first certificate"),
  );
});

test("an expired certificate is read like any other", async () => {
  const expired = makeCertificate({ validTo: new Date("2020-01-02T00:00:00Z") });
  await withPair(expired, async (files) => {
    expect((await readCertificate(files)).validTo).toBe(Date.UTC(2020, 0, 2));
  });
});

describe("an unusable file is refused in one sentence that names it", () => {
  for (const file of ["cert", "key"] as const) {
    test(`${file}: no such file, or a directory`, () =>
      withPair(good, async (files) => {
        rmSync(files[file]);
        await expectRefusal(files, file, "does not exist");
        mkdirSync(files[file]);
        await expectRefusal(files, file, "is a directory");
      }));

    test(`${file}: a device without an end, or a file that is too large`, () =>
      withPair(good, async (files) => {
        const device = { ...files, [file]: "/dev/zero" };
        await expectRefusal(device, file, "is a pipe or a device; it must be a regular file");
        writeFileSync(files[file], new Uint8Array(baseLimits.certificateFileBytes + 1));
        await expectRefusal(files, file, "is larger than 1024 KiB");
      }));

    test.skipIf(process.getuid?.() === 0)(
      `${file}: not for this user (skipped for root, who may read everything)`,
      () =>
        withPair(good, async (files) => {
          chmodSync(files[file], 0);
          await expectRefusal(files, file, "cannot be read: this user has no permission");
        }),
    );

    test(`${file}: empty, text, or the other one`, async () => {
      const other = file === "cert" ? good.key : good.cert;
      for (const text of ["", "hello\n", "-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n", other]) {
        await withPair({ ...good, [file]: text }, (files) => expectRefusal(files, file, "in PEM form"));
      }
    });
  }

  test("L29 a key that other users can read or change, or the group can change; the group may read it", () =>
    withPair(good, async (files) => {
      for (const mode of [0o666, 0o644, 0o604, 0o602, 0o660, 0o620]) {
        chmodSync(files.key, mode);
        await expectRefusal(files, "key", `other users may read or change it (mode ${mode.toString(8)})`);
      }
      for (const mode of [0o600, 0o640, 0o400, 0o440]) {
        chmodSync(files.key, mode);
        expect((await readCertificate(files)).subject).toBe("CN=good");
      }
      chmodSync(files.cert, 0o666);
      expect((await readCertificate(files)).subject).toBe("CN=good");
    }));

  test("a key of another certificate", () =>
    withPair({ ...good, key: makeCertificate().key }, (files) => expectRefusal(files, "key", files.cert)));

  test("a key with a passphrase", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const encryption = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
    const key = privateKey.export(encryption);
    await withPair({ ...good, key }, (files) => expectRefusal(files, "key", "is encrypted"));
  });

  test("a damaged intermediate certificate", () =>
    withPair(
      { ...good, cert: `${good.cert}-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n` },
      (files) => expectRefusal(files, "cert", "cannot be used"),
    ));
});
