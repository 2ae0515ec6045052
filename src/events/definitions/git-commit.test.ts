import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, utimes } from "node:fs/promises";
import path from "node:path";
import { it } from "node:test";
import { gitCommitOf } from "./git-commit.ts";
import { TestRepository } from "./testing-git.ts";

it("files of a folder within a repository have its commit while they are as they were committed", async () => {
  await using repository = await TestRepository.create();
  const commit = await repository.commit({ "sub/a é.star": "a", "sub/b/c.star": "c" });
  const folder = path.join(repository.folder, "sub");
  const files = ["a é.star", "b/c.star"];
  assert.deepEqual(await gitCommitOf(folder, files), { commit, author: "Mara Lindqvist <mara@example.com>" });
  await repository.write("sub/new.star", "");
  assert.equal((await gitCommitOf(folder, files))?.commit, commit);
  assert.equal(await gitCommitOf(folder, [...files, "new.star"]), undefined);
  assert.equal(await gitCommitOf(folder, [...files, "none.star"]), undefined);
  await repository.write("sub/b/c.star", "d");
  assert.equal(await gitCommitOf(folder, files), undefined);
});

it("a repository's configuration runs nothing", async () => {
  await using repository = await TestRepository.create();
  await repository.commit({ "a.star": "a", ".gitattributes": "* filter=own" });
  const signed = repository
    .git("cat-file", "commit", "HEAD")
    .replace(/^committer .*$/m, "$&\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----");
  await repository.write(".git/signed", `${signed}\n`);
  repository.git("update-ref", "HEAD", repository.git("hash-object", "-t", "commit", "-w", ".git/signed"));
  const ran = path.join(repository.folder, "ran");
  repository.git("config", "filter.own.clean", `touch ${ran}; cat`);
  repository.git("config", "log.showSignature", "true");
  await repository.write("program", `#!/bin/sh\ntouch ${ran}\n`);
  await chmod(path.join(repository.folder, "program"), 0o755);
  repository.git("config", "gpg.program", path.join(repository.folder, "program"));
  // The same content at another time: Git would look into it.
  await utimes(path.join(repository.folder, "a.star"), 1, 1);
  assert.notEqual(await gitCommitOf(repository.folder, ["a.star"]), undefined);
  assert.equal(existsSync(ran), false);
});
