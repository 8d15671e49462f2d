import { expect, test } from "bun:test";
import { withDirectory } from "../../test/support/process.ts";
import { commitTime } from "./commit-time.ts";

test("the time is that of the current commit", () =>
  withDirectory(async (folder) => {
    const git = (...words: string[]) => Bun.spawnSync(["git", "-C", folder, ...words]);
    git("init");
    const author = ["-c", "user.name=a", "-c", "user.email=a@registry.example"];
    const env = { ...process.env, GIT_COMMITTER_DATE: "1796070720 +0100" };
    Bun.spawnSync(["git", "-C", folder, ...author, "commit", "--allow-empty", "--message=a"], { env });
    expect(commitTime(folder)).toEqual(new Date(1_796_070_720_000));
  }));

test("outside of a checkout it is the start of 1970", () =>
  withDirectory(async (folder) => expect(commitTime(folder)).toEqual(new Date(0))));
