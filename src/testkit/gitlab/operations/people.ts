/** Making users, tokens and members. */
import { hash } from "node:crypto";
import { drawHex } from "../model/draw.ts";
import type { Group, Member } from "../model/group.ts";
import type { Project } from "../model/project.ts";
import type { Token } from "../model/token.ts";
import type { User } from "../model/user.ts";
import { nextId, takeId, type Session, type World } from "../model/world.ts";
import { emitAccessRequest, emitMember } from "../webhooks/member-body.ts";
import { conflict } from "./refusal.ts";

export interface NewUser {
  id?: number | undefined;
  username: string;
  name?: string | undefined;
  email?: string | undefined;
  publicEmail?: string | undefined;
  isAdmin?: boolean | undefined;
  isExternal?: boolean | undefined;
  isBot?: boolean | undefined;
  bio?: string | undefined;
}

/** Throws 409 when the name or the e-mail address is taken. */
export function createUser(world: World, given: NewUser): User {
  const key = given.username.toLowerCase();
  if (world.paths.has(key)) throw conflict("Username has already been taken");
  const email = given.email ?? `${key}@example.com`;
  if (world.users.values().some((user) => user.email === email)) throw conflict("Email has already been taken");
  const user: User = {
    kind: "user",
    id: takeId(world, "user", given.id),
    username: given.username,
    name: given.name ?? given.username,
    email,
    publicEmail: given.publicEmail ?? "",
    state: "active",
    avatarUrl: `https://www.gravatar.com/avatar/${hash("sha256", email.toLowerCase(), "hex")}?s=80&d=identicon`,
    bio: given.bio ?? "",
    isAdmin: given.isAdmin ?? false,
    isExternal: given.isExternal ?? false,
    isBot: given.isBot ?? false,
    createdAt: world.now(),
  };
  world.users.set(user.id, user);
  world.paths.set(key, user);
  return user;
}

export interface NewToken {
  user: User;
  name?: string | undefined;
  scopes?: string[] | undefined;
  /** Drawn when it is not given. */
  value?: string | undefined;
  owner?: Project | Group | undefined;
  expiresAt?: string | null | undefined;
}

export function createToken(world: World, given: NewToken): Token {
  const token: Token = {
    id: nextId(world, "token"),
    value: given.value ?? `glpat-${drawHex(world).slice(0, 20)}`,
    name: given.name ?? "token",
    user: given.user,
    scopes: given.scopes ?? ["api"],
    owner: given.owner,
    expiresAt: given.expiresAt ?? null,
    isRevoked: false,
    createdAt: world.now(),
    lastUsedAt: null,
  };
  world.tokens.set(token.value, token);
  return token;
}

/** The bot of a project's or group's token is a member of it. */
export function createResourceToken(
  session: Session,
  owner: Project | Group,
  given: { name: string; scopes: string[]; level: number; expiresAt: string | null; value?: string | undefined },
): Token {
  const { world } = session;
  const suffix = drawHex(world).slice(0, 8);
  const user = createUser(world, {
    username: `${owner.kind}_${owner.id}_bot_${suffix}`,
    name: given.name,
    isBot: true,
  });
  owner.members.set(user.id, newMember(session, user, given.level, null));
  return createToken(world, { ...given, user, owner });
}

function newMember({ world, user: createdBy }: Session, user: User, level: number, expiresAt: string | null): Member {
  return { user, level, createdAt: world.now(), createdBy, expiresAt };
}

/** Throws 409 for somebody who is a member already. */
export function addMember(
  session: Session,
  owner: Project | Group,
  given: { user: User; level: number; expiresAt?: string | null | undefined },
): Member {
  if (owner.members.has(given.user.id)) throw conflict("Member already exists");
  const member = newMember(session, given.user, given.level, given.expiresAt ?? null);
  owner.members.set(given.user.id, member);
  owner.accessRequests.delete(given.user.id);
  if (owner.kind === "group") emitMember(session.world, owner, member, "user_add_to_group");
  return member;
}

export function changeMember(
  session: Session,
  owner: Project | Group,
  member: Member,
  given: { level: number; expiresAt?: string | null | undefined },
): void {
  member.level = given.level;
  if (given.expiresAt !== undefined) member.expiresAt = given.expiresAt;
  if (owner.kind === "group") emitMember(session.world, owner, member, "user_update_for_group");
}

export function removeMember(session: Session, owner: Project | Group, member: Member): void {
  owner.members.delete(member.user.id);
  if (owner.kind === "group") emitMember(session.world, owner, member, "user_remove_from_group");
}

/** Somebody asks to be let in. */
export function requestAccess({ world, user }: Session, owner: Project | Group): void {
  owner.accessRequests.set(user.id, { user, requestedAt: world.now() });
  if (owner.kind === "group") emitAccessRequest(world, owner, user, "user_access_request_to_group");
}

export function denyAccess({ world }: Session, owner: Project | Group, user: User): void {
  owner.accessRequests.delete(user.id);
  if (owner.kind === "group") emitAccessRequest(world, owner, user, "user_access_request_denied_for_group");
}
