/** What of GitLab's agent server's configuration file may stand here as it is, besides what is moved to its own place. */
import { Type } from "typebox";
import { fileOnlyMark, strict } from "./schema-parts.ts";

const noEffect = "Accepted, without effect.";

/** `temporal` and `http_client` within it are read as the settings of the same names (gitlab-file.ts). */
export const gitlabFileSchema = Type.Object(
  {
    temporal: Type.Optional(Type.Object({}, { description: "As `temporal`." })),
    http_client: Type.Optional(Type.Object({}, { description: "As `http_client`." })),
    project_info_cache_ttl: Type.Optional(Type.String({ description: noEffect })),
    project_info_cache_error_ttl: Type.Optional(Type.String({ description: noEffect })),
  },
  {
    ...strict,
    [fileOnlyMark]: true,
    description:
      "The block of this name in the configuration of GitLab's agent server (KAS), as it is there: `autoflow.temporal` stands for `temporal`, `autoflow.http_client` for `http_client`. Each may be given in one of its two places. What else that file has is ignored with a warning, and so is what is not known in this block, unless it looks like a misspelling.",
  },
);
