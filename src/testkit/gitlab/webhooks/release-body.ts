/** Bodies of releases. */
import type { Release } from "../model/release.ts";
import type { World } from "../model/world.ts";
import { hookTime } from "../views/times.ts";
import { projectUrl } from "../views/urls.ts";
import { hookCommit, hookProject } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export function emitRelease(world: World, release: Release, action: "create" | "update" | "delete"): void {
  const { project, tag } = release;
  emit(world, project, triggers.releases_events, () => {
    const commit = project.repository.commits.get(release.sha);
    const url = projectUrl(world, project);
    return {
      object_kind: "release",
      id: release.id,
      created_at: hookTime(release.createdAt),
      description: release.description,
      name: release.name,
      released_at: hookTime(release.releasedAt),
      tag,
      project: hookProject(world, project),
      url: `${url}/-/releases/${tag}`,
      action,
      assets: {
        count: release.links.length + archiveFormats.length,
        links: release.links.map((link) => ({ id: link.id, link_type: link.type, name: link.name, url: link.url })),
        sources: archiveFormats.map((format) => ({ format, url: archiveUrl(url, project.path, tag, format) })),
      },
      commit: commit === undefined ? null : hookCommit(world, project, commit),
    };
  });
}

export const archiveFormats = ["zip", "tar.gz", "tar.bz2", "tar"] as const;

export function archiveUrl(projectAddress: string, path: string, tag: string, format: string): string {
  return `${projectAddress}/-/archive/${tag}/${path}-${tag}.${format}`;
}
