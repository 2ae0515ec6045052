/** Who belongs to which groups. */
export interface Directory {
  /** Whether a user is a member of a group (full path), as a project's instance of GitLab says; false where that cannot be told. */
  isMember(project: string, group: string, user: string): Promise<boolean>;
}
