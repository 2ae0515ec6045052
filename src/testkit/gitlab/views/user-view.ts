/** Users as REST answers show them. */
import { roles } from "../model/access.ts";
import type { AccessRequest, Member } from "../model/group.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { dayOf, isoTime } from "./times.ts";

/** A user inside of other things. */
export function basicUser(world: World, user: User): Record<string, unknown> {
  return {
    id: user.id,
    username: user.username,
    public_email: user.publicEmail,
    name: user.name,
    state: user.state,
    locked: false,
    avatar_url: user.avatarUrl,
    web_url: `${world.url}/${user.username}`,
  };
}

/** The same, or null. */
export function userOrNull(world: World, user: User | undefined): Record<string, unknown> | null {
  return user === undefined ? null : basicUser(world, user);
}

/** A user as anybody sees it. */
export function publicUser(world: World, user: User): Record<string, unknown> {
  return {
    ...basicUser(world, user),
    created_at: isoTime(user.createdAt),
    bio: user.bio,
    location: "",
    linkedin: "",
    twitter: "",
    discord: "",
    website_url: "",
    github: "",
    job_title: "",
    pronouns: null,
    organization: "",
    bot: user.isBot,
    work_information: null,
    followers: 0,
    following: 0,
    is_followed: false,
    local_time: null,
  };
}

/** A user as administrators and the user see it. */
export function wholeUser(world: World, user: User): Record<string, unknown> {
  return {
    ...publicUser(world, user),
    last_sign_in_at: null,
    confirmed_at: isoTime(user.createdAt),
    last_activity_on: dayOf(world.now()),
    email: user.email,
    theme_id: 3,
    color_scheme_id: 1,
    projects_limit: 100_000,
    current_sign_in_at: null,
    identities: [],
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: false,
    external: user.isExternal,
    private_profile: false,
    commit_email: user.email,
    is_admin: user.isAdmin,
    note: null,
    namespace_id: user.id,
  };
}

/** Somebody in a project or group. */
export function memberView(world: World, member: Member): Record<string, unknown> {
  return {
    ...basicUser(world, member.user),
    access_level: member.level,
    created_at: isoTime(member.createdAt),
    ...(member.createdBy !== undefined && { created_by: basicUser(world, member.createdBy) }),
    expires_at: member.expiresAt,
    membership_state: "active",
  };
}

/** Somebody who asked for access. */
export function accessRequestView(world: World, request: AccessRequest): Record<string, unknown> {
  return {
    ...basicUser(world, request.user),
    created_at: isoTime(request.requestedAt),
    requested_at: isoTime(request.requestedAt),
    access_level: roles.developer,
  };
}
