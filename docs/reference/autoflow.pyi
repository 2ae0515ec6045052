"""What a script of AutoFlow can name: for editors and type checkers that know Python.

Written by `autoflow stubs` from the tables that also check arguments at run time. In a script nothing is imported: all of this is there.
Values of Python's own types have Starlark's methods, which are described in docs/reference/starlark-api.md.
"""

import builtins
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Literal, TypeVar, overload

T = TypeVar("T")

class Record:
    """A dict whose keys can be read as attributes too: record["id"] is record.id."""

    def __getattr__(self, name: builtins.str) -> Any: ...
    def __getitem__(self, key: builtins.str) -> Any: ...
    def __setitem__(self, key: builtins.str, value: Any) -> None: ...
    def __contains__(self, key: object) -> builtins.bool: ...
    def __iter__(self) -> Iterator[builtins.str]: ...
    def __len__(self) -> builtins.int: ...
    def get(self, key: builtins.str, default: Any = None) -> Any: ...
    def items(self) -> builtins.list[builtins.tuple[builtins.str, Any]]: ...
    def keys(self) -> builtins.list[builtins.str]: ...
    def values(self) -> builtins.list[Any]: ...

class Struct:
    """What struct(...) answers."""

    def __getattr__(self, name: builtins.str) -> Any: ...

class Secret:
    """A secret: a text whose value scripts never see. It can be joined with texts and handed to calls."""

    def __add__(self, other: Secret | builtins.str) -> Secret: ...
    def __radd__(self, other: builtins.str) -> Secret: ...

class Duration:
    """A length of time, of the module time."""

    hours: builtins.float
    minutes: builtins.float
    seconds: builtins.float
    milliseconds: builtins.int
    microseconds: builtins.int
    nanoseconds: builtins.int
    def __add__(self, other: Duration) -> Duration: ...
    def __sub__(self, other: Duration) -> Duration: ...
    def __mul__(self, other: builtins.int) -> Duration: ...
    def __rmul__(self, other: builtins.int) -> Duration: ...
    def __lt__(self, other: Duration) -> builtins.bool: ...
    def __gt__(self, other: Duration) -> builtins.bool: ...

class Time:
    """A moment, of the module time."""

    year: builtins.int
    month: builtins.int
    day: builtins.int
    hour: builtins.int
    minute: builtins.int
    second: builtins.int
    nanosecond: builtins.int
    unix: builtins.int
    unix_nano: builtins.int
    def format(self, layout: builtins.str, /) -> builtins.str:
        """The time as text, after a layout such as 2006-01-02 15:04:05."""
        ...
    def in_location(self, name: builtins.str, /) -> Time:
        """The same moment in a time zone such as "Europe/Berlin"."""
        ...
    def __add__(self, other: Duration) -> Time: ...
    @overload
    def __sub__(self, other: Time) -> Duration: ...
    @overload
    def __sub__(self, other: Duration) -> Time: ...
    def __lt__(self, other: Time) -> builtins.bool: ...
    def __gt__(self, other: Time) -> builtins.bool: ...

class Future(Generic[T]):
    """An answer that a run can wait for. Calling it waits."""

    def get(self, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> T:
        """Waits until the future has its value, and answers it; raises its error when it failed or was cancelled. Calling the future does the same. After `timeout` it answers `timeout_value`, and what the future stands for goes on."""
        ...
    def done(self) -> builtins.bool:
        """Whether the future has its value, has failed, or was cancelled."""
        ...
    def cancel(self) -> builtins.bool:
        """Ends what the future stands for: a fiber, with the fibers it started and the calls and waits it has open, or a timer, event or call. Who waits for the future gets an error. Answers False when there was nothing left to end."""
        ...
    def __call__(self) -> T: ...

class Channel:
    """The signals of one name, in order."""

    def receive(self, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> Any:
        """Waits for the next signal of this name, and answers its payload. After `timeout` it answers `timeout_value`."""
        ...
    def try_receive(self, default: Any = None) -> Any:
        """Answers the payload of the next signal of this name if there is one already, else `default`."""
        ...

class Response:
    """The answer to an HTTP call."""

    status_code: builtins.int
    status: builtins.str
    ok: builtins.bool
    headers: builtins.dict[builtins.str, builtins.str]
    body: builtins.bytes
    def text(self) -> builtins.str:
        """The body as a string."""
        ...
    def json(self) -> Any:
        """The body as JSON. The keys of objects can be read as attributes too."""
        ...

class Event(Record):
    """An event, which a handler receives second."""

    id: builtins.str
    source: builtins.str
    type: builtins.str
    subject: builtins.str | None
    time: builtins.str | None
    data: Any

class User(Record):
    id: builtins.int
    name: builtins.str
    username: builtins.str
    avatar_url: builtins.str
    email: builtins.str

class Project(Record):
    id: builtins.int
    name: builtins.str
    description: builtins.str
    web_url: builtins.str
    avatar_url: Any
    git_ssh_url: builtins.str
    git_http_url: builtins.str
    namespace: builtins.str
    visibility_level: builtins.int
    path_with_namespace: builtins.str
    default_branch: builtins.str
    ci_config_path: builtins.str
    homepage: builtins.str
    url: builtins.str
    ssh_url: builtins.str
    http_url: builtins.str

class Labels(Record):
    id: builtins.int
    title: builtins.str
    color: builtins.str
    project_id: builtins.int | None
    created_at: builtins.str
    updated_at: builtins.str
    template: builtins.bool
    description: builtins.str
    type: builtins.str
    group_id: builtins.int | None

class Status(Record):
    id: builtins.int
    name: builtins.str

class StateId(Record):
    previous: builtins.int
    current: builtins.int

class AuthorId(Record):
    previous: Any
    current: builtins.int

class CreatedAt(Record):
    previous: Any
    current: builtins.str

class UpdatedAt(Record):
    previous: builtins.str
    current: builtins.str

class Previous(Record):
    id: builtins.int
    title: builtins.str
    color: builtins.str
    project_id: Any
    created_at: builtins.str
    updated_at: builtins.str
    template: builtins.bool
    description: builtins.str
    type: builtins.str
    group_id: builtins.int

class Repository(Record):
    name: builtins.str
    url: builtins.str
    description: builtins.str
    homepage: builtins.str

class Issue(Record):
    id: builtins.int
    iid: builtins.int

class MergeParams(Record):
    force_remove_source_branch: builtins.str

class Author(Record):
    name: builtins.str
    email: builtins.str

class LastCommit(Record):
    id: builtins.str
    message: builtins.str
    title: builtins.str
    timestamp: builtins.str
    url: builtins.str
    author: Author

class ApprovalRules(Record):
    id: builtins.int
    created_at: builtins.str
    updated_at: builtins.str
    merge_request_id: builtins.int
    approvals_required: builtins.int
    name: builtins.str
    rule_type: builtins.str

class Issue2(Record):
    author_id: builtins.int
    closed_at: Any
    confidential: builtins.bool
    created_at: builtins.str
    description: builtins.str
    discussion_locked: Any
    due_date: builtins.str
    id: builtins.int
    iid: builtins.int
    last_edited_at: builtins.str
    last_edited_by_id: builtins.int
    milestone_id: Any
    moved_to_id: Any
    duplicated_to_id: Any
    project_id: builtins.int
    relative_position: builtins.int
    state_id: builtins.int
    time_estimate: builtins.int
    title: builtins.str
    updated_at: builtins.str
    updated_by_id: builtins.int
    weight: builtins.int
    health_status: builtins.str
    type: builtins.str
    url: builtins.str
    total_time_spent: builtins.int
    time_change: builtins.int
    human_total_time_spent: builtins.str
    human_time_change: Any
    human_time_estimate: Any
    assignee_ids: builtins.list[builtins.int]
    assignee_id: builtins.int
    labels: builtins.list[Labels]
    state: builtins.str
    severity: builtins.str
    customer_relations_contacts: builtins.list[Any]
    status: Status

class MergeRequest(Record):
    assignee_id: builtins.int
    author_id: builtins.int
    created_at: builtins.str
    description: builtins.str
    draft: builtins.bool
    head_pipeline_id: builtins.int
    id: builtins.int
    iid: builtins.int
    last_edited_at: Any
    last_edited_by_id: Any
    merge_commit_sha: Any
    merge_error: Any
    merge_params: MergeParams
    merge_status: builtins.str
    merge_user_id: Any
    merge_when_pipeline_succeeds: builtins.bool
    milestone_id: Any
    source_branch: builtins.str
    source_project_id: builtins.int
    state_id: builtins.int
    target_branch: builtins.str
    target_project_id: builtins.int
    time_estimate: builtins.int
    title: builtins.str
    updated_at: builtins.str
    updated_by_id: builtins.int
    prepared_at: builtins.str
    assignee_ids: builtins.list[builtins.int]
    blocking_discussions_resolved: builtins.bool
    detailed_merge_status: builtins.str
    first_contribution: builtins.bool
    human_time_change: Any
    human_time_estimate: Any
    human_total_time_spent: Any
    labels: builtins.list[Previous]
    last_commit: LastCommit
    reviewer_ids: builtins.list[builtins.int]
    source: Project
    state: builtins.str
    system: builtins.bool
    target: Project
    time_change: builtins.int
    total_time_spent: builtins.int
    url: builtins.str
    work_in_progress: builtins.bool
    approval_rules: builtins.list[ApprovalRules]

class PushOptions(Record):
    ...

class Repository2(Record):
    name: builtins.str
    url: builtins.str
    description: builtins.str
    homepage: builtins.str
    git_http_url: builtins.str
    git_ssh_url: builtins.str
    visibility_level: builtins.int

class Runner(Record):
    id: builtins.int
    description: builtins.str
    runner_type: builtins.str
    active: builtins.bool
    is_shared: builtins.bool
    tags: builtins.list[builtins.str]

class Group(Record):
    group_name: builtins.str
    group_path: builtins.str
    full_path: builtins.str
    group_id: builtins.int

class IssueData(Record):
    class ObjectAttributes_(Record):
        author_id: builtins.int
        closed_at: builtins.str | None
        confidential: builtins.bool
        created_at: builtins.str
        description: builtins.str
        discussion_locked: Any
        due_date: builtins.str
        id: builtins.int
        iid: builtins.int
        last_edited_at: builtins.str
        last_edited_by_id: builtins.int
        milestone_id: Any
        moved_to_id: Any
        duplicated_to_id: Any
        project_id: builtins.int
        relative_position: builtins.int
        state_id: builtins.int
        time_estimate: builtins.int
        title: builtins.str
        updated_at: builtins.str
        updated_by_id: builtins.int
        weight: builtins.int
        health_status: builtins.str
        type: builtins.str
        url: builtins.str
        total_time_spent: builtins.int
        time_change: builtins.int
        human_total_time_spent: builtins.str
        human_time_change: Any
        human_time_estimate: Any
        assignee_ids: builtins.list[builtins.int]
        assignee_id: builtins.int | None
        labels: builtins.list[Labels]
        state: builtins.str
        severity: builtins.str
        customer_relations_contacts: builtins.list[Any]
        status: Status
        action: builtins.str
    class Changes_(Record):
        class ClosedAt_(Record):
            previous: builtins.str | None
            current: builtins.str | None
        class Title_(Record):
            previous: builtins.str | None
            current: builtins.str
        class Labels_(Record):
            previous: builtins.list[Previous]
            current: builtins.list[Labels]
        class Assignees_(Record):
            previous: builtins.list[User]
            current: builtins.list[User]
        closed_at: ClosedAt_
        state_id: StateId
        author_id: AuthorId
        created_at: CreatedAt
        id: AuthorId
        iid: AuthorId
        title: Title_
        updated_at: UpdatedAt
        updated_by_id: StateId
        weight: AuthorId
        due_date: CreatedAt
        labels: Labels_
        assignees: Assignees_
    object_kind: builtins.str
    event_type: builtins.str
    user: User
    project: Project
    object_attributes: ObjectAttributes_
    labels: builtins.list[Labels]
    changes: Changes_
    repository: Repository
    assignees: builtins.list[User]
    issue: Issue

class IssueEvent(Event):
    """An event about issue: com.gitlab.events.issue_created, com.gitlab.events.issue_updated, com.gitlab.events.issue_closed, com.gitlab.events.issue_reopened."""

    data: IssueData

class WorkItemData(Record):
    class ObjectAttributes_(Record):
        author_id: builtins.int
        closed_at: Any
        confidential: builtins.bool
        created_at: builtins.str
        description: builtins.str
        discussion_locked: Any
        due_date: builtins.str
        id: builtins.int
        iid: builtins.int
        last_edited_at: builtins.str
        last_edited_by_id: builtins.int
        milestone_id: Any
        moved_to_id: Any
        duplicated_to_id: Any
        project_id: builtins.int
        relative_position: builtins.int
        state_id: builtins.int
        time_estimate: builtins.int
        title: builtins.str
        updated_at: builtins.str
        updated_by_id: builtins.int
        weight: builtins.int
        health_status: builtins.str
        type: builtins.str
        url: builtins.str
        total_time_spent: builtins.int
        time_change: builtins.int
        human_total_time_spent: builtins.str
        human_time_change: Any
        human_time_estimate: Any
        assignee_ids: builtins.list[builtins.int]
        assignee_id: builtins.int
        labels: builtins.list[Any]
        state: builtins.str
        severity: builtins.str
        customer_relations_contacts: builtins.list[Any]
        status: Status
        action: builtins.str
    class Changes_(Record):
        title: UpdatedAt
    object_kind: builtins.str
    event_type: builtins.str
    user: User
    project: Project
    object_attributes: ObjectAttributes_
    labels: builtins.list[Any]
    changes: Changes_
    repository: Repository
    assignees: builtins.list[User]
    work_item: Issue

class WorkItemEvent(Event):
    """An event about work item: com.gitlab.events.work_item_created, com.gitlab.events.work_item_updated, com.gitlab.events.work_item_closed, com.gitlab.events.work_item_reopened."""

    data: WorkItemData

class MergeRequestData(Record):
    class ObjectAttributes_(Record):
        assignee_id: builtins.int
        author_id: builtins.int
        created_at: builtins.str
        description: builtins.str
        draft: builtins.bool
        head_pipeline_id: builtins.int
        id: builtins.int
        iid: builtins.int
        last_edited_at: Any
        last_edited_by_id: Any
        merge_commit_sha: builtins.str | None
        merge_error: Any
        merge_params: MergeParams
        merge_status: builtins.str
        merge_user_id: builtins.int | None
        merge_when_pipeline_succeeds: builtins.bool
        milestone_id: Any
        source_branch: builtins.str
        source_project_id: builtins.int
        state_id: builtins.int
        target_branch: builtins.str
        target_project_id: builtins.int
        time_estimate: builtins.int
        title: builtins.str
        updated_at: builtins.str
        updated_by_id: builtins.int
        prepared_at: builtins.str
        assignee_ids: builtins.list[builtins.int]
        blocking_discussions_resolved: builtins.bool
        detailed_merge_status: builtins.str
        first_contribution: builtins.bool
        human_time_change: Any
        human_time_estimate: Any
        human_total_time_spent: Any
        labels: builtins.list[Previous]
        last_commit: LastCommit
        reviewer_ids: builtins.list[builtins.int]
        source: Project
        state: builtins.str
        system: builtins.bool
        target: Project
        time_change: builtins.int
        total_time_spent: builtins.int
        url: builtins.str
        work_in_progress: builtins.bool
        approval_rules: builtins.list[ApprovalRules]
        action: builtins.str
        system_action: builtins.str
        oldrev: builtins.str
    class Changes_(Record):
        merge_status: UpdatedAt
        state_id: StateId
        updated_at: UpdatedAt
    class Reviewers_(Record):
        id: builtins.int
        name: builtins.str
        username: builtins.str
        avatar_url: builtins.str
        email: builtins.str
        state: builtins.str
        re_requested: builtins.bool
    object_kind: builtins.str
    event_type: builtins.str
    user: User
    project: Project
    object_attributes: ObjectAttributes_
    labels: builtins.list[Previous]
    changes: Changes_
    repository: Repository
    assignees: builtins.list[User]
    reviewers: builtins.list[Reviewers_]
    merge_request: Issue

class MergeRequestEvent(Event):
    """An event about merge request: com.gitlab.events.merge_request_created, com.gitlab.events.merge_request_updated, com.gitlab.events.merge_request_closed, com.gitlab.events.merge_request_reopened, com.gitlab.events.merge_request_merged, com.gitlab.events.merge_request_approval_added, com.gitlab.events.merge_request_approval_removed, com.gitlab.events.merge_request_approved, com.gitlab.events.merge_request_unapproved."""

    data: MergeRequestData

class NoteData(Record):
    class ObjectAttributes_(Record):
        attachment: Any
        author_id: builtins.int
        change_position: Any
        commit_id: builtins.str | None
        created_at: builtins.str
        discussion_id: builtins.str
        id: builtins.int
        line_code: builtins.str | None
        note: builtins.str
        original_position: Any
        position: Any
        project_id: builtins.int
        resolved_at: Any
        resolved_by_id: Any
        resolved_by_push: Any
        st_diff: Any
        system: builtins.bool
        type: Any
        updated_at: builtins.str
        updated_by_id: Any
        description: builtins.str
        noteable_type: builtins.str
        noteable_id: builtins.int | None
        url: builtins.str
        action: builtins.str
        internal: builtins.bool
    class Snippet_(Record):
        id: builtins.int
        title: builtins.str
        content: builtins.str
        author_id: builtins.int
        project_id: builtins.int
        created_at: builtins.str
        updated_at: builtins.str
        file_name: builtins.str
        type: builtins.str
        visibility_level: builtins.int
        description: builtins.str
        url: builtins.str
    object_kind: builtins.str
    event_type: builtins.str
    user: User
    project_id: builtins.int
    project: Project
    object_attributes: ObjectAttributes_
    repository: Repository
    commit: LastCommit
    issue: Issue2
    merge_request: MergeRequest
    snippet: Snippet_

class NoteEvent(Event):
    """An event about note: com.gitlab.events.note_created, com.gitlab.events.note_updated, com.gitlab.events.note_deleted."""

    data: NoteData

class EmojiData(Record):
    class ObjectAttributes_(Record):
        user_id: builtins.int
        created_at: builtins.str
        id: builtins.int
        name: builtins.str
        awardable_type: builtins.str
        awardable_id: builtins.int
        updated_at: builtins.str
        action: builtins.str
        awarded_on_url: builtins.str
    class Note_(Record):
        attachment: Any
        author_id: builtins.int
        change_position: Any
        commit_id: Any
        created_at: builtins.str
        discussion_id: builtins.str
        id: builtins.int
        line_code: Any
        note: builtins.str
        original_position: Any
        position: Any
        project_id: builtins.int
        resolved_at: Any
        resolved_by_id: Any
        resolved_by_push: Any
        st_diff: Any
        system: builtins.bool
        type: Any
        updated_at: builtins.str
        updated_by_id: Any
        description: builtins.str
        noteable_type: builtins.str
        noteable_id: builtins.int
    object_kind: builtins.str
    event_type: builtins.str
    user: User
    project_id: builtins.int
    project: Project
    object_attributes: ObjectAttributes_
    issue: Issue2
    note: Note_
    merge_request: MergeRequest

class EmojiEvent(Event):
    """An event about emoji: com.gitlab.events.emoji_awarded, com.gitlab.events.emoji_revoked."""

    data: EmojiData

class BranchData(Record):
    class Commits_(Record):
        id: builtins.str
        message: builtins.str
        title: builtins.str
        timestamp: builtins.str
        url: builtins.str
        author: Author
        added: builtins.list[Any]
        modified: builtins.list[builtins.str]
        removed: builtins.list[Any]
    object_kind: builtins.str
    event_name: builtins.str
    before: builtins.str
    after: builtins.str
    ref: builtins.str
    ref_protected: builtins.bool
    checkout_sha: builtins.str | None
    message: Any
    user_id: builtins.int
    user_name: builtins.str
    user_username: builtins.str
    user_email: builtins.str
    user_avatar: builtins.str
    project_id: builtins.int
    project: Project
    commits: builtins.list[Commits_]
    total_commits_count: builtins.int
    push_options: PushOptions
    repository: Repository2

class BranchEvent(Event):
    """An event about branch: com.gitlab.events.branch_created, com.gitlab.events.branch_updated, com.gitlab.events.branch_deleted."""

    data: BranchData

class TagData(Record):
    object_kind: builtins.str
    event_name: builtins.str
    before: builtins.str
    after: builtins.str
    ref: builtins.str
    ref_protected: builtins.bool
    checkout_sha: builtins.str | None
    message: Any
    user_id: builtins.int
    user_name: builtins.str
    user_username: builtins.str
    user_email: builtins.str
    user_avatar: builtins.str
    project_id: builtins.int
    project: Project
    commits: builtins.list[Any]
    total_commits_count: builtins.int
    push_options: PushOptions
    repository: Repository2

class TagEvent(Event):
    """An event about tag: com.gitlab.events.tag_created, com.gitlab.events.tag_updated, com.gitlab.events.tag_deleted."""

    data: TagData

class WikiPageData(Record):
    class Wiki_(Record):
        web_url: builtins.str
        git_ssh_url: builtins.str
        git_http_url: builtins.str
        path_with_namespace: builtins.str
        default_branch: builtins.str
    class ObjectAttributes_(Record):
        slug: builtins.str
        title: builtins.str
        format: builtins.str
        message: builtins.str
        version_id: builtins.str
        content: builtins.str
        url: builtins.str
        action: builtins.str
        diff_url: builtins.str
    object_kind: builtins.str
    user: User
    project: Project
    wiki: Wiki_
    object_attributes: ObjectAttributes_

class WikiPageEvent(Event):
    """An event about wiki page: com.gitlab.events.wiki_page_created, com.gitlab.events.wiki_page_updated, com.gitlab.events.wiki_page_deleted."""

    data: WikiPageData

class PipelineData(Record):
    class ObjectAttributes_(Record):
        class Variables_(Record):
            key: builtins.str
            value: builtins.str
        id: builtins.int
        iid: builtins.int
        name: builtins.str
        ref: builtins.str
        tag: builtins.bool
        sha: builtins.str
        before_sha: builtins.str
        source: builtins.str
        status: builtins.str
        detailed_status: builtins.str
        stages: builtins.list[builtins.str]
        created_at: builtins.str
        finished_at: builtins.str | None
        duration: builtins.int | None
        queued_duration: builtins.int
        protected_ref: builtins.bool
        variables: builtins.list[Variables_]
        url: builtins.str
    class MergeRequest_(Record):
        id: builtins.int
        iid: builtins.int
        title: builtins.str
        source_branch: builtins.str
        source_project_id: builtins.int
        target_branch: builtins.str
        target_project_id: builtins.int
        state: builtins.str
        merge_status: builtins.str
        detailed_merge_status: builtins.str
        url: builtins.str
    class Builds_(Record):
        class ArtifactsFile_(Record):
            filename: Any
            size: Any
        id: builtins.int
        stage: builtins.str
        name: builtins.str
        status: builtins.str
        created_at: builtins.str
        started_at: builtins.str
        finished_at: builtins.str
        duration: builtins.float
        queued_duration: builtins.float
        failure_reason: builtins.str | None
        when: builtins.str
        manual: builtins.bool
        allow_failure: builtins.bool
        user: User
        runner: Runner
        artifacts_file: ArtifactsFile_
        environment: Any
    class SourcePipeline_(Record):
        class Project_(Record):
            id: builtins.int
            web_url: builtins.str
            path_with_namespace: builtins.str
        project: Project_
        job_id: builtins.int
        pipeline_id: builtins.int
    object_kind: builtins.str
    object_attributes: ObjectAttributes_
    merge_request: MergeRequest_ | None
    user: User
    project: Project
    commit: LastCommit
    builds: builtins.list[Builds_]
    source_pipeline: SourcePipeline_

class PipelineEvent(Event):
    """An event about pipeline: com.gitlab.events.pipeline_created, com.gitlab.events.pipeline_preparing, com.gitlab.events.pipeline_waiting_for_resource, com.gitlab.events.pipeline_waiting_for_callback, com.gitlab.events.pipeline_pending, com.gitlab.events.pipeline_scheduled, com.gitlab.events.pipeline_manual, com.gitlab.events.pipeline_canceling, com.gitlab.events.pipeline_canceled, com.gitlab.events.pipeline_failed, com.gitlab.events.pipeline_skipped, com.gitlab.events.pipeline_blocked, com.gitlab.events.pipeline_started, com.gitlab.events.pipeline_succeeded."""

    data: PipelineData

class JobData(Record):
    class Commit_(Record):
        id: builtins.int
        name: Any
        sha: builtins.str
        message: builtins.str
        author_name: builtins.str
        author_email: builtins.str
        author_url: builtins.str
        status: builtins.str
        duration: Any
        started_at: builtins.str
        finished_at: Any
    class Repository_(Record):
        name: builtins.str
        url: builtins.str
        description: builtins.str
        homepage: builtins.str
        git_ssh_url: builtins.str
        git_http_url: builtins.str
        visibility_level: builtins.int
    object_kind: builtins.str
    ref: builtins.str
    tag: builtins.bool
    before_sha: builtins.str
    sha: builtins.str
    retries_count: builtins.int
    build_id: builtins.int
    build_name: builtins.str
    build_stage: builtins.str
    build_status: builtins.str
    build_created_at: builtins.str
    build_started_at: builtins.str
    build_finished_at: builtins.str | None
    build_created_at_iso: builtins.str
    build_started_at_iso: builtins.str
    build_finished_at_iso: builtins.str | None
    build_duration: builtins.float | None
    build_queued_duration: builtins.float
    build_allow_failure: builtins.bool
    build_failure_reason: builtins.str
    pipeline_id: builtins.int
    runner: Runner
    project_id: builtins.int
    project_name: builtins.str
    user: User
    commit: Commit_
    repository: Repository_
    environment: Any
    project: Project

class JobEvent(Event):
    """An event about job: com.gitlab.events.job_created, com.gitlab.events.job_preparing, com.gitlab.events.job_waiting_for_resource, com.gitlab.events.job_waiting_for_callback, com.gitlab.events.job_pending, com.gitlab.events.job_scheduled, com.gitlab.events.job_manual, com.gitlab.events.job_canceling, com.gitlab.events.job_canceled, com.gitlab.events.job_failed, com.gitlab.events.job_skipped, com.gitlab.events.job_blocked, com.gitlab.events.job_started, com.gitlab.events.job_succeeded."""

    data: JobData

class DeploymentData(Record):
    object_kind: builtins.str
    status: builtins.str
    status_changed_at: builtins.str
    deployment_id: builtins.int
    deployable_id: builtins.int
    deployable_url: builtins.str
    environment: builtins.str
    environment_tier: builtins.str
    environment_slug: builtins.str
    environment_external_url: builtins.str
    project: Project
    short_sha: builtins.str
    user: User
    user_url: builtins.str
    commit_url: builtins.str
    commit_title: builtins.str
    ref: builtins.str

class DeploymentEvent(Event):
    """An event about deployment: com.gitlab.events.deployment_created, com.gitlab.events.deployment_preparing, com.gitlab.events.deployment_waiting_for_resource, com.gitlab.events.deployment_waiting_for_callback, com.gitlab.events.deployment_pending, com.gitlab.events.deployment_scheduled, com.gitlab.events.deployment_manual, com.gitlab.events.deployment_canceling, com.gitlab.events.deployment_canceled, com.gitlab.events.deployment_failed, com.gitlab.events.deployment_skipped, com.gitlab.events.deployment_blocked, com.gitlab.events.deployment_started, com.gitlab.events.deployment_succeeded."""

    data: DeploymentData

class FeatureFlagData(Record):
    class ObjectAttributes_(Record):
        id: builtins.int
        name: builtins.str
        description: builtins.str
        active: builtins.bool
    object_kind: builtins.str
    project: Project
    user: User
    user_url: builtins.str
    object_attributes: ObjectAttributes_

class FeatureFlagEvent(Event):
    """An event about feature flag: com.gitlab.events.feature_flag_activated, com.gitlab.events.feature_flag_deactivated."""

    data: FeatureFlagData

class ReleaseData(Record):
    class Assets_(Record):
        class Links_(Record):
            id: builtins.int
            link_type: builtins.str
            name: builtins.str
            url: builtins.str
        class Sources_(Record):
            format: builtins.str
            url: builtins.str
        count: builtins.int
        links: builtins.list[Links_]
        sources: builtins.list[Sources_]
    object_kind: builtins.str
    id: builtins.int
    created_at: builtins.str
    description: builtins.str
    name: builtins.str
    released_at: builtins.str
    tag: builtins.str
    project: Project
    url: builtins.str
    action: builtins.str
    assets: Assets_
    commit: LastCommit

class ReleaseEvent(Event):
    """An event about release: com.gitlab.events.release_created, com.gitlab.events.release_updated, com.gitlab.events.release_deleted."""

    data: ReleaseData

class MilestoneData(Record):
    class ObjectAttributes_(Record):
        id: builtins.int
        iid: builtins.int
        title: builtins.str
        description: builtins.str
        state: builtins.str
        created_at: builtins.str
        updated_at: builtins.str
        due_date: builtins.str
        start_date: builtins.str | None
        group_id: builtins.int | None
        project_id: builtins.int | None
    object_kind: builtins.str
    event_type: builtins.str
    project: Project | None
    object_attributes: ObjectAttributes_
    action: builtins.str
    group: Group

class MilestoneEvent(Event):
    """An event about milestone: com.gitlab.events.milestone_created, com.gitlab.events.milestone_updated, com.gitlab.events.milestone_deleted, com.gitlab.events.milestone_closed, com.gitlab.events.milestone_reopened, com.gitlab.events.milestone_expired."""

    data: MilestoneData

class AccessTokenData(Record):
    class ObjectAttributes_(Record):
        user_id: builtins.int
        created_at: builtins.str
        id: builtins.int
        name: builtins.str
        expires_at: builtins.str
    object_kind: builtins.str
    group: Group
    object_attributes: ObjectAttributes_
    event_name: builtins.str
    project: Project

class AccessTokenEvent(Event):
    """An event about access token: com.gitlab.events.access_token_expiring."""

    data: AccessTokenData

class VulnerabilityData(Record):
    class ObjectAttributes_(Record):
        class Location_(Record):
            file: builtins.str
            start_line: builtins.int
        class Cvss_(Record):
            vector: builtins.str
            vendor: builtins.str
        class Identifiers_(Record):
            name: builtins.str
            external_id: builtins.str
            external_type: builtins.str
            url: builtins.str
        class Issues_(Record):
            title: builtins.str
            url: builtins.str
            created_at: builtins.str
            updated_at: builtins.str
        url: builtins.str
        title: builtins.str
        state: builtins.str
        project_id: builtins.int
        location: Location_
        cvss: builtins.list[Cvss_]
        severity: builtins.str
        severity_overridden: builtins.bool
        identifiers: builtins.list[Identifiers_]
        issues: builtins.list[Issues_]
        report_type: builtins.str
        confidence: builtins.str
        confidence_overridden: builtins.bool
        confirmed_at: builtins.str
        confirmed_by_id: builtins.int
        dismissed_at: Any
        dismissed_by_id: Any
        resolved_at: Any
        resolved_by_id: Any
        auto_resolved: builtins.bool
        resolved_on_default_branch: builtins.bool
        created_at: builtins.str
        updated_at: builtins.str
    class Project_(Record):
        id: builtins.int
    object_kind: builtins.str
    object_attributes: ObjectAttributes_
    project: Project_

class VulnerabilityEvent(Event):
    """An event about vulnerability: com.gitlab.events.vulnerability_detected, com.gitlab.events.vulnerability_confirmed, com.gitlab.events.vulnerability_dismissed, com.gitlab.events.vulnerability_resolved."""

    data: VulnerabilityData

class MemberData(Record):
    created_at: builtins.str
    updated_at: builtins.str
    group_name: builtins.str
    group_path: builtins.str
    group_id: builtins.int
    user_username: builtins.str
    user_name: builtins.str
    user_email: builtins.str
    user_id: builtins.int
    group_access: builtins.str
    group_plan: Any
    expires_at: builtins.str
    event_name: builtins.str
    access_level: builtins.str
    project_id: builtins.int
    project_name: builtins.str
    project_path: builtins.str
    project_path_with_namespace: builtins.str
    project_visibility: builtins.str

class MemberEvent(Event):
    """An event about member: com.gitlab.events.member_added, com.gitlab.events.member_updated, com.gitlab.events.member_removed, com.gitlab.events.member_access_requested, com.gitlab.events.member_access_request_denied, com.gitlab.events.member_access_request_revoked."""

    data: MemberData

class ProjectData(Record):
    event_name: builtins.str
    created_at: builtins.str
    updated_at: builtins.str
    name: builtins.str
    path: builtins.str
    path_with_namespace: builtins.str
    project_id: builtins.int
    project_namespace_id: builtins.int
    owners: builtins.list[Author]
    project_visibility: builtins.str
    old_path_with_namespace: builtins.str

class ProjectEvent(Event):
    """An event about project: com.gitlab.events.project_created, com.gitlab.events.project_deleted, com.gitlab.events.project_renamed, com.gitlab.events.project_transferred, com.gitlab.events.project_updated."""

    data: ProjectData

class SubgroupData(Record):
    created_at: builtins.str
    updated_at: builtins.str
    event_name: builtins.str
    name: builtins.str
    path: builtins.str
    full_path: builtins.str
    group_id: builtins.int
    parent_group_id: builtins.int
    parent_name: builtins.str
    parent_path: builtins.str
    parent_full_path: builtins.str

class SubgroupEvent(Event):
    """An event about subgroup: com.gitlab.events.subgroup_created, com.gitlab.events.subgroup_deleted."""

    data: SubgroupData

class GroupData(Record):
    event_name: builtins.str
    created_at: builtins.str
    updated_at: builtins.str
    name: builtins.str
    path: builtins.str
    full_path: builtins.str
    group_id: builtins.int
    old_path: builtins.str
    old_full_path: builtins.str

class GroupEvent(Event):
    """An event about group: com.gitlab.events.group_created, com.gitlab.events.group_deleted, com.gitlab.events.group_renamed."""

    data: GroupData

class UserData(Record):
    event_name: builtins.str
    created_at: builtins.str
    updated_at: builtins.str
    name: builtins.str
    email: builtins.str
    user_id: builtins.int
    username: builtins.str

class UserEvent(Event):
    """An event about user: com.gitlab.events.user_created, com.gitlab.events.user_deleted, com.gitlab.events.user_renamed, com.gitlab.events.user_login_failed."""

    data: UserData

class KeyData(Record):
    event_name: builtins.str
    created_at: builtins.str
    updated_at: builtins.str
    username: builtins.str
    key: builtins.str
    id: builtins.int

class KeyEvent(Event):
    """An event about key: com.gitlab.events.key_created, com.gitlab.events.key_deleted."""

    data: KeyData

class RepositoryData(Record):
    class Changes_(Record):
        before: builtins.str
        after: builtins.str
        ref: builtins.str
    event_name: builtins.str
    user_id: builtins.int
    user_name: builtins.str
    user_email: builtins.str
    user_avatar: builtins.str
    project_id: builtins.int
    project: Project
    changes: builtins.list[Changes_]
    refs: builtins.list[builtins.str]

class RepositoryEvent(Event):
    """An event about repository: com.gitlab.events.repository_updated."""

    data: RepositoryData

class W:
    """The context of a run, which a handler receives first: everything that a script can do."""

    run_id: builtins.str
    """The run's id; `signal` takes it."""
    project: builtins.str
    """The path of the project the run belongs to."""
    vars: Record
    """The project's variables and secrets by name. A secret is an opaque text."""
    http: _Http
    def run(self, step: builtins.str, inputs: builtins.dict[Any, Any] | Record | Struct = ..., *, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
        """Carries out a step and answers its result, whose fields can be read as attributes too. A function or workflow of the project is carried out by a run of its own, which ends with this one.

        step: The name of a built-in step, with or without builtin:// in front; of a function of the project, `.gitlab/autoflow/functions/<name>.star`; or of a workflow, perhaps with @version.
        inputs: What the step works with.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...
    def spawn(self, name: builtins.str, inputs: builtins.dict[Any, Any] | Record | Struct = ..., *, detached: builtins.bool = False, label: builtins.str | None = None) -> Future[Any]:
        """Starts a run of a function or workflow of the project, and answers the future of what it ends with. It is cancelled when this run ends before it, or when the future is cancelled.

        name: A function of the project (`.gitlab/autoflow/functions/<name>.star`) or a workflow, perhaps with @version.
        inputs: What it is started with.
        detached: The future is of the new run's id, and the new run goes on whatever becomes of this one.
        label: A name to show to people.
        """
        ...
    def sleep(self, duration: Duration | builtins.str | builtins.float | None = None, *, seconds: builtins.float | builtins.int = 0, minutes: builtins.float | builtins.int = 0, hours: builtins.float | builtins.int = 0, days: builtins.float | builtins.int = 0, label: builtins.str | None = None) -> None:
        """Waits. The run is stored meanwhile and costs nothing, be it for seconds or for years.

        duration: A duration of `time`, a text such as "1h30m", or seconds.
        seconds: Added to the others.
        minutes: Added to the others.
        hours: Added to the others.
        days: Added to the others.
        label: A name to show to people.
        """
        ...
    def sleep_until(self, time: Time | builtins.str | builtins.float, *, label: builtins.str | None = None) -> None:
        """Waits until a moment: a time of `time`, an RFC 3339 text, or seconds since 1970. One that has passed does not wait long."""
        ...
    def timer(self, duration: Duration | builtins.str | builtins.float | None = None, *, seconds: builtins.float | builtins.int = 0, minutes: builtins.float | builtins.int = 0, hours: builtins.float | builtins.int = 0, days: builtins.float | builtins.int = 0, label: builtins.str | None = None) -> Future[Any]:
        """A future that is done after a duration; its value is None. Takes the arguments of `sleep`.

        duration: A duration of `time`, a text such as "1h30m", or seconds.
        seconds: Added to the others.
        minutes: Added to the others.
        hours: Added to the others.
        days: Added to the others.
        label: A name to show to people.
        """
        ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.issue_created", "com.gitlab.events.issue_updated", "com.gitlab.events.issue_closed", "com.gitlab.events.issue_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> IssueEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.work_item_created", "com.gitlab.events.work_item_updated", "com.gitlab.events.work_item_closed", "com.gitlab.events.work_item_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> WorkItemEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.merge_request_created", "com.gitlab.events.merge_request_updated", "com.gitlab.events.merge_request_closed", "com.gitlab.events.merge_request_reopened", "com.gitlab.events.merge_request_merged", "com.gitlab.events.merge_request_approval_added", "com.gitlab.events.merge_request_approval_removed", "com.gitlab.events.merge_request_approved", "com.gitlab.events.merge_request_unapproved"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> MergeRequestEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.note_created", "com.gitlab.events.note_updated", "com.gitlab.events.note_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> NoteEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.emoji_awarded", "com.gitlab.events.emoji_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> EmojiEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.branch_created", "com.gitlab.events.branch_updated", "com.gitlab.events.branch_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> BranchEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.tag_created", "com.gitlab.events.tag_updated", "com.gitlab.events.tag_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> TagEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.wiki_page_created", "com.gitlab.events.wiki_page_updated", "com.gitlab.events.wiki_page_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> WikiPageEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.pipeline_created", "com.gitlab.events.pipeline_preparing", "com.gitlab.events.pipeline_waiting_for_resource", "com.gitlab.events.pipeline_waiting_for_callback", "com.gitlab.events.pipeline_pending", "com.gitlab.events.pipeline_scheduled", "com.gitlab.events.pipeline_manual", "com.gitlab.events.pipeline_canceling", "com.gitlab.events.pipeline_canceled", "com.gitlab.events.pipeline_failed", "com.gitlab.events.pipeline_skipped", "com.gitlab.events.pipeline_blocked", "com.gitlab.events.pipeline_started", "com.gitlab.events.pipeline_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> PipelineEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.job_created", "com.gitlab.events.job_preparing", "com.gitlab.events.job_waiting_for_resource", "com.gitlab.events.job_waiting_for_callback", "com.gitlab.events.job_pending", "com.gitlab.events.job_scheduled", "com.gitlab.events.job_manual", "com.gitlab.events.job_canceling", "com.gitlab.events.job_canceled", "com.gitlab.events.job_failed", "com.gitlab.events.job_skipped", "com.gitlab.events.job_blocked", "com.gitlab.events.job_started", "com.gitlab.events.job_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> JobEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.deployment_created", "com.gitlab.events.deployment_preparing", "com.gitlab.events.deployment_waiting_for_resource", "com.gitlab.events.deployment_waiting_for_callback", "com.gitlab.events.deployment_pending", "com.gitlab.events.deployment_scheduled", "com.gitlab.events.deployment_manual", "com.gitlab.events.deployment_canceling", "com.gitlab.events.deployment_canceled", "com.gitlab.events.deployment_failed", "com.gitlab.events.deployment_skipped", "com.gitlab.events.deployment_blocked", "com.gitlab.events.deployment_started", "com.gitlab.events.deployment_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> DeploymentEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.feature_flag_activated", "com.gitlab.events.feature_flag_deactivated"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> FeatureFlagEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.release_created", "com.gitlab.events.release_updated", "com.gitlab.events.release_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> ReleaseEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.milestone_created", "com.gitlab.events.milestone_updated", "com.gitlab.events.milestone_deleted", "com.gitlab.events.milestone_closed", "com.gitlab.events.milestone_reopened", "com.gitlab.events.milestone_expired"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> MilestoneEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.access_token_expiring"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> AccessTokenEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.vulnerability_detected", "com.gitlab.events.vulnerability_confirmed", "com.gitlab.events.vulnerability_dismissed", "com.gitlab.events.vulnerability_resolved"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> VulnerabilityEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.member_added", "com.gitlab.events.member_updated", "com.gitlab.events.member_removed", "com.gitlab.events.member_access_requested", "com.gitlab.events.member_access_request_denied", "com.gitlab.events.member_access_request_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> MemberEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.project_created", "com.gitlab.events.project_deleted", "com.gitlab.events.project_renamed", "com.gitlab.events.project_transferred", "com.gitlab.events.project_updated"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> ProjectEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.subgroup_created", "com.gitlab.events.subgroup_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> SubgroupEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.group_created", "com.gitlab.events.group_deleted", "com.gitlab.events.group_renamed"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> GroupEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.user_created", "com.gitlab.events.user_deleted", "com.gitlab.events.user_renamed", "com.gitlab.events.user_login_failed"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> UserEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.key_created", "com.gitlab.events.key_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> KeyEvent | Any: ...
    @overload
    def wait_for_event(self, type: Literal["com.gitlab.events.repository_updated"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> RepositoryEvent | Any: ...
    @overload
    def wait_for_event(self, type: builtins.str | builtins.list[Any], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> Event | Any:
        """Waits for the next event of a type that passes the filter, and answers it. After `timeout` it answers `timeout_value`.

        type: An event type, or a list of them; a last "*" stands for any ending.
        filter: Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; {"$prefix": …} and {"$suffix": …} for how a text begins and ends.
        timeout: How long to wait at most.
        since: From where on events count: by default from the start of the run, or after the last one received with this type and filter; "now" for later ones only, "start" for all since the start.
        """
        ...
    @overload
    def event(self, type: Literal["com.gitlab.events.issue_created", "com.gitlab.events.issue_updated", "com.gitlab.events.issue_closed", "com.gitlab.events.issue_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[IssueEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.work_item_created", "com.gitlab.events.work_item_updated", "com.gitlab.events.work_item_closed", "com.gitlab.events.work_item_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[WorkItemEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.merge_request_created", "com.gitlab.events.merge_request_updated", "com.gitlab.events.merge_request_closed", "com.gitlab.events.merge_request_reopened", "com.gitlab.events.merge_request_merged", "com.gitlab.events.merge_request_approval_added", "com.gitlab.events.merge_request_approval_removed", "com.gitlab.events.merge_request_approved", "com.gitlab.events.merge_request_unapproved"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[MergeRequestEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.note_created", "com.gitlab.events.note_updated", "com.gitlab.events.note_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[NoteEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.emoji_awarded", "com.gitlab.events.emoji_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[EmojiEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.branch_created", "com.gitlab.events.branch_updated", "com.gitlab.events.branch_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[BranchEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.tag_created", "com.gitlab.events.tag_updated", "com.gitlab.events.tag_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[TagEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.wiki_page_created", "com.gitlab.events.wiki_page_updated", "com.gitlab.events.wiki_page_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[WikiPageEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.pipeline_created", "com.gitlab.events.pipeline_preparing", "com.gitlab.events.pipeline_waiting_for_resource", "com.gitlab.events.pipeline_waiting_for_callback", "com.gitlab.events.pipeline_pending", "com.gitlab.events.pipeline_scheduled", "com.gitlab.events.pipeline_manual", "com.gitlab.events.pipeline_canceling", "com.gitlab.events.pipeline_canceled", "com.gitlab.events.pipeline_failed", "com.gitlab.events.pipeline_skipped", "com.gitlab.events.pipeline_blocked", "com.gitlab.events.pipeline_started", "com.gitlab.events.pipeline_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[PipelineEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.job_created", "com.gitlab.events.job_preparing", "com.gitlab.events.job_waiting_for_resource", "com.gitlab.events.job_waiting_for_callback", "com.gitlab.events.job_pending", "com.gitlab.events.job_scheduled", "com.gitlab.events.job_manual", "com.gitlab.events.job_canceling", "com.gitlab.events.job_canceled", "com.gitlab.events.job_failed", "com.gitlab.events.job_skipped", "com.gitlab.events.job_blocked", "com.gitlab.events.job_started", "com.gitlab.events.job_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[JobEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.deployment_created", "com.gitlab.events.deployment_preparing", "com.gitlab.events.deployment_waiting_for_resource", "com.gitlab.events.deployment_waiting_for_callback", "com.gitlab.events.deployment_pending", "com.gitlab.events.deployment_scheduled", "com.gitlab.events.deployment_manual", "com.gitlab.events.deployment_canceling", "com.gitlab.events.deployment_canceled", "com.gitlab.events.deployment_failed", "com.gitlab.events.deployment_skipped", "com.gitlab.events.deployment_blocked", "com.gitlab.events.deployment_started", "com.gitlab.events.deployment_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[DeploymentEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.feature_flag_activated", "com.gitlab.events.feature_flag_deactivated"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[FeatureFlagEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.release_created", "com.gitlab.events.release_updated", "com.gitlab.events.release_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[ReleaseEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.milestone_created", "com.gitlab.events.milestone_updated", "com.gitlab.events.milestone_deleted", "com.gitlab.events.milestone_closed", "com.gitlab.events.milestone_reopened", "com.gitlab.events.milestone_expired"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[MilestoneEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.access_token_expiring"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[AccessTokenEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.vulnerability_detected", "com.gitlab.events.vulnerability_confirmed", "com.gitlab.events.vulnerability_dismissed", "com.gitlab.events.vulnerability_resolved"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[VulnerabilityEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.member_added", "com.gitlab.events.member_updated", "com.gitlab.events.member_removed", "com.gitlab.events.member_access_requested", "com.gitlab.events.member_access_request_denied", "com.gitlab.events.member_access_request_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[MemberEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.project_created", "com.gitlab.events.project_deleted", "com.gitlab.events.project_renamed", "com.gitlab.events.project_transferred", "com.gitlab.events.project_updated"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[ProjectEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.subgroup_created", "com.gitlab.events.subgroup_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[SubgroupEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.group_created", "com.gitlab.events.group_deleted", "com.gitlab.events.group_renamed"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[GroupEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.user_created", "com.gitlab.events.user_deleted", "com.gitlab.events.user_renamed", "com.gitlab.events.user_login_failed"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[UserEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.key_created", "com.gitlab.events.key_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[KeyEvent]: ...
    @overload
    def event(self, type: Literal["com.gitlab.events.repository_updated"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[RepositoryEvent]: ...
    @overload
    def event(self, type: builtins.str | builtins.list[Any], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[Event]:
        """A future of the next event of a type that passes the filter.

        type: An event type, or a list of them; a last "*" stands for any ending.
        filter: Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; {"$prefix": …} and {"$suffix": …} for how a text begins and ends.
        since: From where on events count: by default from the start of the run, or after the last one received with this type and filter; "now" for later ones only, "start" for all since the start.
        """
        ...
    def emit(self, type: builtins.str, data: Any = None, subject: builtins.str | None = None) -> builtins.str:
        """Sends an event into this project. Answers the event's id.

        type: The event's type.
        data: What JSON can express.
        subject: What the event is about.
        """
        ...
    def signal(self, workflow_id: builtins.str, signal_name: builtins.str, payload_json: Any = None, run_id: builtins.str = "") -> builtins.bool:
        """Sends a signal to a run. Answers whether that run was open.

        payload_json: A JSON text, or any value, which is then written as JSON.
        run_id: Accepted for GitLab's scripts; the workflow's id is enough.
        """
        ...
    def signal_channel(self, name: builtins.str) -> Channel:
        """The channel that receives the signals of this name, those that came earlier included."""
        ...
    def select(self, cases: builtins.dict[Any, Any] | Record | builtins.list[Any], default: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> Any:
        """Waits for the first of several futures and channels, and takes only that one. Cases are a dict of futures and channels with functions (called with the value; their result is the answer) or plain values (which are the answer); or a dict of names with futures and channels (answers the name and the value); or a list of them (answers the index and the value).

        default: Answered, or called, when no case is ready; then it does not wait.
        timeout: How long to wait at most.
        timeout_value: Answered, or called, after the timeout.
        """
        ...
    def parallel(self, functions: builtins.list[Any], max: builtins.int | None = None, *, on_error: builtins.str = "cancel", timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> builtins.list[Any]:
        """Calls functions side by side, each in a fiber of its own, waits for all of them, and answers the list of what they returned, in the order they were given in. When it answers or raises, none of them is going any more.

        functions: Functions without arguments, or tuples of a function and its arguments: `[(fetch, 1), (fetch, 2)]`.
        max: How many may be going at a time; the others are started, in order, as these end. Without it: all at once.
        on_error: What an error in one of them does: "cancel" ends the others and raises it; "wait" lets all end, then raises the first; "collect" raises nothing and answers structs of ok, value and error, as `attempt` does.
        timeout: How long to wait at most.
        timeout_value: Answered after the timeout.
        """
        ...
    def go(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Starts a fiber that calls a function with the arguments that follow, and answers the future of what it returns: `f = w.go(w.http.get, url)`, later `f.get()`. The fiber begins when this one next waits."""
        ...
    def all(self, futures: builtins.list[Any], *, return_errors: builtins.bool = False, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> builtins.list[Any]:
        """Waits for all of several futures, and answers the list of their values. The first failure cancels the others and is raised; after the timeout all are cancelled. When it answers or raises, nothing that the futures stand for is going any more.

        futures: Futures of fibers, timers and events.
        return_errors: A failure cancels and raises nothing: answers structs of ok, value and error, as `attempt` does.
        timeout: How long to wait at most.
        timeout_value: Answered after the timeout.
        """
        ...
    def race(self, futures: builtins.list[Any] | builtins.dict[Any, Any] | Record, *, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> builtins.tuple[Any, ...]:
        """Waits for the first of several futures, cancels the others, and answers which one it was and its value. When the first one failed, its error is raised. Of a list it answers (index, value), of a dict of names (name, value). After the timeout all are cancelled. Those that lost are over too: their `done()` is True, and `get` raises FUTURE_CANCELLED. An event or signal that came for one that lost can still be waited for.

        futures: Futures of fibers, timers and events, and signal channels.
        timeout: How long to wait at most.
        timeout_value: Answered after the timeout.
        """
        ...
    def attempt(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Struct:
        """Calls a function with the arguments that follow. Answers struct(ok, value, error): error is None, or a struct of type, code, message, retryable, attempts and details. It catches failed calls and errors of the script, but no limits."""
        ...
    def defer(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Has a function called, with the arguments that follow, when the run ends: when it succeeds, fails or is cancelled. The last one deferred is called first; it may wait, and has five minutes where the run is cancelled. An error in one is logged, and the others are called all the same."""
        ...
    def ask(self, title: builtins.str, body: builtins.str | None = None, *, form: builtins.dict[Any, Any] | Record | Struct | None = None, actions: builtins.list[Any] | None = None, assignees: builtins.str | builtins.list[Any] | None = None, groups: builtins.str | builtins.list[Any] | None = None, quorum: builtins.int = 1, allow_self: builtins.bool = False, issue: Any = None, merge_request: Any = None, labels: builtins.dict[Any, Any] | Record | None = None, due: Time | builtins.str | builtins.float | None = None, timeout: Duration | builtins.str | builtins.float | None = None, remind: Duration | builtins.str | builtins.float | builtins.list[Any] | None = None, escalate_to: builtins.str | builtins.list[Any] | None = None, escalate_after: Duration | builtins.str | builtins.float | None = None, on_timeout: Any = "fail", label: builtins.str | None = None) -> Struct:
        """Asks people, and waits for their answer: a struct of action, values, comment, by (the user's name or None), at, via and answers (all that count). Answered by the API and `autoflow tasks answer`; by labels of and comments on the issue or merge request that it is about. The first action is the one that agrees: it needs the quorum. Any other decides at once.

        title: The question, on one line.
        body: More about it, in Markdown.
        form: A JSON Schema of the values that come with the first action.
        actions: What can be chosen: "submit" with a form, else "approve" and "deny".
        assignees: User names of those who may answer.
        groups: Full paths of groups whose members may answer. Without either: whoever may use the API.
        quorum: How many different people have to choose the first action.
        allow_self: Whether the person who started the run may answer.
        issue: The issue that it is about: its iid, or what GitLab says of it.
        merge_request: The merge request that it is about, in the same way.
        labels: Labels by action: one that is added to that issue is an answer.
        due: Until when there has to be an answer: a time, an RFC 3339 text, or seconds since 1970.
        timeout: The same as a duration from now.
        remind: After which time those who are asked are reminded, again and again; of a list, once after each.
        escalate_to: User names of those who are asked too, later; a group as group:path.
        escalate_after: How much later: half of the time there is, unless given.
        on_timeout: What is answered when the time is over: one of the actions as if it had been chosen, any other value but a text, or what a function answers. "fail" fails with TASK_EXPIRED.
        label: A name to show to people.
        """
        ...
    def now(self) -> Time:
        """The time of the run: that of the last thing that happened to it. It never goes back."""
        ...
    def http_do(self, url: builtins.str | Secret, method: builtins.str = "GET", query: builtins.dict[Any, Any] | Record | None = None, header: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, *, headers: builtins.dict[Any, Any] | Record | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """A call with any method, in GitLab's spelling. See http.do.

        url: An absolute http or https address.
        method: GET, POST, …
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...

class _Http:
    """HTTP calls."""

    @staticmethod
    def get(url: builtins.str | Secret, *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """Reads.

        url: An absolute http or https address.
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...
    @staticmethod
    def head(url: builtins.str | Secret, *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """Reads the header only.

        url: An absolute http or https address.
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...
    @staticmethod
    def post(url: builtins.str | Secret, *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """Creates, or does something.

        url: An absolute http or https address.
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...
    @staticmethod
    def put(url: builtins.str | Secret, *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """Replaces.

        url: An absolute http or https address.
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...
    @staticmethod
    def patch(url: builtins.str | Secret, *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """Changes parts.

        url: An absolute http or https address.
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...
    @staticmethod
    def delete(url: builtins.str | Secret, *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """Removes.

        url: An absolute http or https address.
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        """
        ...
    @staticmethod
    def do(url: builtins.str | Secret, method: builtins.str = "GET", *, headers: builtins.dict[Any, Any] | Record | None = None, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None, header: builtins.dict[Any, Any] | Record | None = None) -> Response:
        """A call with any method.

        url: An absolute http or https address.
        method: GET, POST, …
        headers: Header fields; a list of values repeats the field. Values may hold secrets.
        query: Added to the address, percent-encoded; None is left out, a list repeats the name.
        body: Sent as it is.
        json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
        sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
        header: The same as headers.
        """
        ...

http: _Http

class _GitLab:
    """Calls of GitLab."""

    @staticmethod
    def get(path: builtins.str, *, query: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
        """Reads: answers what GitLab answers, whose fields can be read by index and as attributes.

        path: Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run's project.
        query: Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...
    @staticmethod
    def list(path: builtins.str, *, query: builtins.dict[Any, Any] | Record | None = None, limit: builtins.int | None = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> builtins.list[Any]:
        """Reads all pages of a list, one call for each, and answers the list of what they hold. Pages have 100 items unless query says otherwise; query={"pagination": "keyset", "order_by": "id"} is faster for long lists where GitLab has it.

        path: Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run's project.
        query: Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.
        limit: How many items are wanted at most; no further page is read then.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...
    @staticmethod
    def post(path: builtins.str, *, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.dict[Any, Any] | Record | builtins.list[Any] | Struct | None = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
        """Creates, or does something.

        path: Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run's project.
        query: Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.
        body: Sent as JSON; texts in it may hold secrets.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...
    @staticmethod
    def put(path: builtins.str, *, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.dict[Any, Any] | Record | builtins.list[Any] | Struct | None = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
        """Changes.

        path: Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run's project.
        query: Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.
        body: Sent as JSON; texts in it may hold secrets.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...
    @staticmethod
    def patch(path: builtins.str, *, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.dict[Any, Any] | Record | builtins.list[Any] | Struct | None = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
        """Changes parts; few of GitLab's resources have it.

        path: Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run's project.
        query: Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.
        body: Sent as JSON; texts in it may hold secrets.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...
    @staticmethod
    def delete(path: builtins.str, *, query: builtins.dict[Any, Any] | Record | None = None, body: builtins.dict[Any, Any] | Record | builtins.list[Any] | Struct | None = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
        """Removes.

        path: Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run's project.
        query: Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.
        body: Sent as JSON; texts in it may hold secrets.
        timeout: How long one attempt may take.
        retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
        label: A name to show to people.
        """
        ...

gitlab: _GitLab

class _Json:
    """The module json."""

    @staticmethod
    def encode(x: Any, /) -> builtins.str:
        """A value as JSON. Keys of dicts are sorted."""
        ...
    @staticmethod
    def encode_indent(x: Any, /, *, prefix: builtins.str = "", indent: builtins.str = ...) -> builtins.str:
        """A value as JSON, laid out in lines."""
        ...
    @staticmethod
    def decode(x: builtins.str, default: Any = ...) -> Any:
        """The value of JSON text, or the default when it is not JSON. Without a default that is an error."""
        ...
    @staticmethod
    def indent(str: builtins.str, /, *, prefix: builtins.str = "", indent: builtins.str = ...) -> builtins.str:
        """JSON text, laid out in lines."""
        ...

json: _Json

class _Math:
    """The module math."""

    @staticmethod
    def ceil(x: Any, /) -> builtins.int:
        """The least integer that is not below x."""
        ...
    @staticmethod
    def floor(x: Any, /) -> builtins.int:
        """The greatest integer that is not above x."""
        ...
    @staticmethod
    def copysign(x: builtins.float | builtins.int, y: builtins.float | builtins.int, /) -> builtins.float:
        """The magnitude of x with the sign of y."""
        ...
    @staticmethod
    def mod(x: builtins.float | builtins.int, y: builtins.float | builtins.int, /) -> builtins.float:
        """The remainder of x/y with the sign of x."""
        ...
    @staticmethod
    def pow(x: builtins.float | builtins.int, y: builtins.float | builtins.int, /) -> builtins.float:
        """x to the power y."""
        ...
    @staticmethod
    def remainder(x: builtins.float | builtins.int, y: builtins.float | builtins.int, /) -> builtins.float:
        """x - n·y for the integer n nearest to x/y (IEEE 754)."""
        ...
    @staticmethod
    def atan2(x: builtins.float | builtins.int, y: builtins.float | builtins.int, /) -> builtins.float:
        """The angle of the point (y, x) from the x axis, in radians."""
        ...
    @staticmethod
    def hypot(x: builtins.float | builtins.int, y: builtins.float | builtins.int, /) -> builtins.float:
        """The length of the vector (x, y)."""
        ...
    @staticmethod
    def fabs(x: builtins.float | builtins.int, /) -> builtins.float:
        """x without its sign, as a float."""
        ...
    @staticmethod
    def round(x: builtins.float | builtins.int, /) -> builtins.float:
        """The nearest integer as a float, half away from zero."""
        ...
    @staticmethod
    def exp(x: builtins.float | builtins.int, /) -> builtins.float:
        """e to the power x."""
        ...
    @staticmethod
    def sqrt(x: builtins.float | builtins.int, /) -> builtins.float:
        """The square root of x."""
        ...
    @staticmethod
    def acos(x: builtins.float | builtins.int, /) -> builtins.float:
        """The arc cosine, in radians."""
        ...
    @staticmethod
    def asin(x: builtins.float | builtins.int, /) -> builtins.float:
        """The arc sine, in radians."""
        ...
    @staticmethod
    def atan(x: builtins.float | builtins.int, /) -> builtins.float:
        """The arc tangent, in radians."""
        ...
    @staticmethod
    def cos(x: builtins.float | builtins.int, /) -> builtins.float:
        """The cosine of x radians."""
        ...
    @staticmethod
    def sin(x: builtins.float | builtins.int, /) -> builtins.float:
        """The sine of x radians."""
        ...
    @staticmethod
    def tan(x: builtins.float | builtins.int, /) -> builtins.float:
        """The tangent of x radians."""
        ...
    @staticmethod
    def degrees(x: builtins.float | builtins.int, /) -> builtins.float:
        """Radians as degrees."""
        ...
    @staticmethod
    def radians(x: builtins.float | builtins.int, /) -> builtins.float:
        """Degrees as radians."""
        ...
    @staticmethod
    def acosh(x: builtins.float | builtins.int, /) -> builtins.float:
        """The inverse hyperbolic cosine."""
        ...
    @staticmethod
    def asinh(x: builtins.float | builtins.int, /) -> builtins.float:
        """The inverse hyperbolic sine."""
        ...
    @staticmethod
    def atanh(x: builtins.float | builtins.int, /) -> builtins.float:
        """The inverse hyperbolic tangent."""
        ...
    @staticmethod
    def cosh(x: builtins.float | builtins.int, /) -> builtins.float:
        """The hyperbolic cosine."""
        ...
    @staticmethod
    def sinh(x: builtins.float | builtins.int, /) -> builtins.float:
        """The hyperbolic sine."""
        ...
    @staticmethod
    def tanh(x: builtins.float | builtins.int, /) -> builtins.float:
        """The hyperbolic tangent."""
        ...
    @staticmethod
    def gamma(x: builtins.float | builtins.int, /) -> builtins.float:
        """The gamma function."""
        ...
    @staticmethod
    def log(x: builtins.float | builtins.int, base: builtins.float | builtins.int = ..., /) -> builtins.float:
        """The logarithm of x in a base, e by default."""
        ...
    e: builtins.float
    pi: builtins.float

math: _Math

class _Time:
    """The module time."""

    @staticmethod
    def from_timestamp(sec: builtins.int, nsec: builtins.int = 0, /) -> Time:
        """The time so many seconds (and nanoseconds) after 1970."""
        ...
    @staticmethod
    def is_valid_timezone(name: builtins.str, /) -> builtins.bool:
        """Whether there is a time zone of that name in the IANA database."""
        ...
    @staticmethod
    def now() -> Time:
        """The time of the turn: it does not advance until the script waits."""
        ...
    @staticmethod
    def parse_duration(d: Any, /) -> Duration:
        """The duration that a text such as "1h30m" denotes."""
        ...
    @staticmethod
    def parse_time(x: builtins.str, format: builtins.str = "2006-01-02T15:04:05Z07:00", location: builtins.str = "UTC") -> Time:
        """The time that a text denotes, by default in RFC 3339."""
        ...
    @staticmethod
    def time(*, year: builtins.int = 0, month: builtins.int = 0, day: builtins.int = 0, hour: builtins.int = 0, minute: builtins.int = 0, second: builtins.int = 0, nanosecond: builtins.int = 0, location: builtins.str = "UTC") -> Time:
        """The time with these parts; parts out of range carry over."""
        ...
    nanosecond: Duration
    microsecond: Duration
    millisecond: Duration
    second: Duration
    minute: Duration
    hour: Duration

time: _Time

@overload
def on_event(type: Literal["com.gitlab.events.issue_created", "com.gitlab.events.issue_updated", "com.gitlab.events.issue_closed", "com.gitlab.events.issue_reopened"], handler: Callable[[W, IssueEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.work_item_created", "com.gitlab.events.work_item_updated", "com.gitlab.events.work_item_closed", "com.gitlab.events.work_item_reopened"], handler: Callable[[W, WorkItemEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.merge_request_created", "com.gitlab.events.merge_request_updated", "com.gitlab.events.merge_request_closed", "com.gitlab.events.merge_request_reopened", "com.gitlab.events.merge_request_merged", "com.gitlab.events.merge_request_approval_added", "com.gitlab.events.merge_request_approval_removed", "com.gitlab.events.merge_request_approved", "com.gitlab.events.merge_request_unapproved"], handler: Callable[[W, MergeRequestEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.note_created", "com.gitlab.events.note_updated", "com.gitlab.events.note_deleted"], handler: Callable[[W, NoteEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.emoji_awarded", "com.gitlab.events.emoji_revoked"], handler: Callable[[W, EmojiEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.branch_created", "com.gitlab.events.branch_updated", "com.gitlab.events.branch_deleted"], handler: Callable[[W, BranchEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.tag_created", "com.gitlab.events.tag_updated", "com.gitlab.events.tag_deleted"], handler: Callable[[W, TagEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.wiki_page_created", "com.gitlab.events.wiki_page_updated", "com.gitlab.events.wiki_page_deleted"], handler: Callable[[W, WikiPageEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.pipeline_created", "com.gitlab.events.pipeline_preparing", "com.gitlab.events.pipeline_waiting_for_resource", "com.gitlab.events.pipeline_waiting_for_callback", "com.gitlab.events.pipeline_pending", "com.gitlab.events.pipeline_scheduled", "com.gitlab.events.pipeline_manual", "com.gitlab.events.pipeline_canceling", "com.gitlab.events.pipeline_canceled", "com.gitlab.events.pipeline_failed", "com.gitlab.events.pipeline_skipped", "com.gitlab.events.pipeline_blocked", "com.gitlab.events.pipeline_started", "com.gitlab.events.pipeline_succeeded"], handler: Callable[[W, PipelineEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.job_created", "com.gitlab.events.job_preparing", "com.gitlab.events.job_waiting_for_resource", "com.gitlab.events.job_waiting_for_callback", "com.gitlab.events.job_pending", "com.gitlab.events.job_scheduled", "com.gitlab.events.job_manual", "com.gitlab.events.job_canceling", "com.gitlab.events.job_canceled", "com.gitlab.events.job_failed", "com.gitlab.events.job_skipped", "com.gitlab.events.job_blocked", "com.gitlab.events.job_started", "com.gitlab.events.job_succeeded"], handler: Callable[[W, JobEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.deployment_created", "com.gitlab.events.deployment_preparing", "com.gitlab.events.deployment_waiting_for_resource", "com.gitlab.events.deployment_waiting_for_callback", "com.gitlab.events.deployment_pending", "com.gitlab.events.deployment_scheduled", "com.gitlab.events.deployment_manual", "com.gitlab.events.deployment_canceling", "com.gitlab.events.deployment_canceled", "com.gitlab.events.deployment_failed", "com.gitlab.events.deployment_skipped", "com.gitlab.events.deployment_blocked", "com.gitlab.events.deployment_started", "com.gitlab.events.deployment_succeeded"], handler: Callable[[W, DeploymentEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.feature_flag_activated", "com.gitlab.events.feature_flag_deactivated"], handler: Callable[[W, FeatureFlagEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.release_created", "com.gitlab.events.release_updated", "com.gitlab.events.release_deleted"], handler: Callable[[W, ReleaseEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.milestone_created", "com.gitlab.events.milestone_updated", "com.gitlab.events.milestone_deleted", "com.gitlab.events.milestone_closed", "com.gitlab.events.milestone_reopened", "com.gitlab.events.milestone_expired"], handler: Callable[[W, MilestoneEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.access_token_expiring"], handler: Callable[[W, AccessTokenEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.vulnerability_detected", "com.gitlab.events.vulnerability_confirmed", "com.gitlab.events.vulnerability_dismissed", "com.gitlab.events.vulnerability_resolved"], handler: Callable[[W, VulnerabilityEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.member_added", "com.gitlab.events.member_updated", "com.gitlab.events.member_removed", "com.gitlab.events.member_access_requested", "com.gitlab.events.member_access_request_denied", "com.gitlab.events.member_access_request_revoked"], handler: Callable[[W, MemberEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.project_created", "com.gitlab.events.project_deleted", "com.gitlab.events.project_renamed", "com.gitlab.events.project_transferred", "com.gitlab.events.project_updated"], handler: Callable[[W, ProjectEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.subgroup_created", "com.gitlab.events.subgroup_deleted"], handler: Callable[[W, SubgroupEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.group_created", "com.gitlab.events.group_deleted", "com.gitlab.events.group_renamed"], handler: Callable[[W, GroupEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.user_created", "com.gitlab.events.user_deleted", "com.gitlab.events.user_renamed", "com.gitlab.events.user_login_failed"], handler: Callable[[W, UserEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.key_created", "com.gitlab.events.key_deleted"], handler: Callable[[W, KeyEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: Literal["com.gitlab.events.repository_updated"], handler: Callable[[W, RepositoryEvent], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None: ...

@overload
def on_event(type: builtins.str | builtins.list[Any], handler: Callable[[W, Event], Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None, *, key: builtins.str | builtins.list[Any] | None = None, mode: builtins.str | None = None) -> None:
    """Says that each event of a type starts a run of a handler, `def handler(w, ev)`. Called at the top level of a script.

    type: An event type, or a list of them; a last "*" stands for any ending.
    handler: Called with the run's context and the event.
    name: The trigger's name; the handler's name by default.
    filter: Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; {"$prefix": …} and {"$suffix": …} for how a text begins and ends.
    key: Fields of the event's data that tell runs apart, such as "object_attributes.iid": runs of one key are open one at a time, unless mode says otherwise. With a mode and no key all runs of the trigger have the same. Without both, every event starts a run at once.
    mode: What becomes of an event while a run of the same key is open. "queue": its run waits. "skip": it starts nothing. "replace": the open run is cancelled. "coalesce": its run waits, in place of one that waits already. "parallel": its run begins at once.
    """
    ...

def on_schedule(cron: builtins.str | None = None, handler: Callable[..., Any] | None = None, timezone: builtins.str | None = None, every: Duration | builtins.str | builtins.float | None = None, name: builtins.str | None = None, *, mode: builtins.str | None = None) -> None:
    """Says when the clock starts a run of a handler, `def handler(w, ev)`. The event is of the type autoflow.schedule, and its data.scheduled_at is the time at which the run was due. Called at the top level of a script.

    cron: A cron expression of five fields, such as "0 9 * * mon-fri"; a sixth in front is seconds.
    handler: Called with the run's context and the event.
    timezone: The zone in which the expression is read, such as "Europe/Berlin"; UTC by default.
    every: An interval, in place of cron: the first run is due one interval after the script came into use.
    name: The trigger's name; the handler's name by default.
    mode: What becomes of an event while a run of the same key is open. "queue": its run waits. "skip": it starts nothing. "replace": the open run is cancelled. "coalesce": its run waits, in place of one that waits already. "parallel": its run begins at once.
    """
    ...

def on_validate(type: builtins.str | builtins.list[Any], handler: Callable[..., Any], name: builtins.str | None = None, filter: builtins.dict[Any, Any] | Record | None = None) -> None:
    """Says which handler judges changes of a type before they are made, `def handler(w, change)`. It answers with allow(), deny(reason), True or False, at once: it may read (GET), and leaves nothing behind. Called at the top level of a script.

    type: A type of changes, or a list of them; a last "*" stands for any ending.
    handler: Called with a context and the change: its type, data, project and path.
    name: The rule's name; the handler's name by default.
    filter: Fields that the change's data must have, as of on_event. What lacks them is not judged by this handler.
    """
    ...

def allow() -> Struct:
    """The answer of a handler of on_validate to a change that it has nothing against."""
    ...

def deny(reason: builtins.str | builtins.list[Any]) -> Struct:
    """The answer of a handler of on_validate to a change that must not be made.

    reason: Why, for the person who wants the change: a sentence, or a list of them.
    """
    ...

def run(step: builtins.str, inputs: builtins.dict[Any, Any] | Record | Struct = ..., *, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None) -> Any:
    """Carries out a step and answers its result, whose fields can be read as attributes too. A function or workflow of the project is carried out by a run of its own, which ends with this one.

    step: The name of a built-in step, with or without builtin:// in front; of a function of the project, `.gitlab/autoflow/functions/<name>.star`; or of a workflow, perhaps with @version.
    inputs: What the step works with.
    timeout: How long one attempt may take.
    retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
    label: A name to show to people.
    """
    ...

def spawn(name: builtins.str, inputs: builtins.dict[Any, Any] | Record | Struct = ..., *, detached: builtins.bool = False, label: builtins.str | None = None) -> Future[Any]:
    """Starts a run of a function or workflow of the project, and answers the future of what it ends with. It is cancelled when this run ends before it, or when the future is cancelled.

    name: A function of the project (`.gitlab/autoflow/functions/<name>.star`) or a workflow, perhaps with @version.
    inputs: What it is started with.
    detached: The future is of the new run's id, and the new run goes on whatever becomes of this one.
    label: A name to show to people.
    """
    ...

def sleep(duration: Duration | builtins.str | builtins.float | None = None, *, seconds: builtins.float | builtins.int = 0, minutes: builtins.float | builtins.int = 0, hours: builtins.float | builtins.int = 0, days: builtins.float | builtins.int = 0, label: builtins.str | None = None) -> None:
    """Waits. The run is stored meanwhile and costs nothing, be it for seconds or for years.

    duration: A duration of `time`, a text such as "1h30m", or seconds.
    seconds: Added to the others.
    minutes: Added to the others.
    hours: Added to the others.
    days: Added to the others.
    label: A name to show to people.
    """
    ...

def sleep_until(time: Time | builtins.str | builtins.float, *, label: builtins.str | None = None) -> None:
    """Waits until a moment: a time of `time`, an RFC 3339 text, or seconds since 1970. One that has passed does not wait long."""
    ...

def timer(duration: Duration | builtins.str | builtins.float | None = None, *, seconds: builtins.float | builtins.int = 0, minutes: builtins.float | builtins.int = 0, hours: builtins.float | builtins.int = 0, days: builtins.float | builtins.int = 0, label: builtins.str | None = None) -> Future[Any]:
    """A future that is done after a duration; its value is None. Takes the arguments of `sleep`.

    duration: A duration of `time`, a text such as "1h30m", or seconds.
    seconds: Added to the others.
    minutes: Added to the others.
    hours: Added to the others.
    days: Added to the others.
    label: A name to show to people.
    """
    ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.issue_created", "com.gitlab.events.issue_updated", "com.gitlab.events.issue_closed", "com.gitlab.events.issue_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> IssueEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.work_item_created", "com.gitlab.events.work_item_updated", "com.gitlab.events.work_item_closed", "com.gitlab.events.work_item_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> WorkItemEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.merge_request_created", "com.gitlab.events.merge_request_updated", "com.gitlab.events.merge_request_closed", "com.gitlab.events.merge_request_reopened", "com.gitlab.events.merge_request_merged", "com.gitlab.events.merge_request_approval_added", "com.gitlab.events.merge_request_approval_removed", "com.gitlab.events.merge_request_approved", "com.gitlab.events.merge_request_unapproved"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> MergeRequestEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.note_created", "com.gitlab.events.note_updated", "com.gitlab.events.note_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> NoteEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.emoji_awarded", "com.gitlab.events.emoji_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> EmojiEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.branch_created", "com.gitlab.events.branch_updated", "com.gitlab.events.branch_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> BranchEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.tag_created", "com.gitlab.events.tag_updated", "com.gitlab.events.tag_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> TagEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.wiki_page_created", "com.gitlab.events.wiki_page_updated", "com.gitlab.events.wiki_page_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> WikiPageEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.pipeline_created", "com.gitlab.events.pipeline_preparing", "com.gitlab.events.pipeline_waiting_for_resource", "com.gitlab.events.pipeline_waiting_for_callback", "com.gitlab.events.pipeline_pending", "com.gitlab.events.pipeline_scheduled", "com.gitlab.events.pipeline_manual", "com.gitlab.events.pipeline_canceling", "com.gitlab.events.pipeline_canceled", "com.gitlab.events.pipeline_failed", "com.gitlab.events.pipeline_skipped", "com.gitlab.events.pipeline_blocked", "com.gitlab.events.pipeline_started", "com.gitlab.events.pipeline_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> PipelineEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.job_created", "com.gitlab.events.job_preparing", "com.gitlab.events.job_waiting_for_resource", "com.gitlab.events.job_waiting_for_callback", "com.gitlab.events.job_pending", "com.gitlab.events.job_scheduled", "com.gitlab.events.job_manual", "com.gitlab.events.job_canceling", "com.gitlab.events.job_canceled", "com.gitlab.events.job_failed", "com.gitlab.events.job_skipped", "com.gitlab.events.job_blocked", "com.gitlab.events.job_started", "com.gitlab.events.job_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> JobEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.deployment_created", "com.gitlab.events.deployment_preparing", "com.gitlab.events.deployment_waiting_for_resource", "com.gitlab.events.deployment_waiting_for_callback", "com.gitlab.events.deployment_pending", "com.gitlab.events.deployment_scheduled", "com.gitlab.events.deployment_manual", "com.gitlab.events.deployment_canceling", "com.gitlab.events.deployment_canceled", "com.gitlab.events.deployment_failed", "com.gitlab.events.deployment_skipped", "com.gitlab.events.deployment_blocked", "com.gitlab.events.deployment_started", "com.gitlab.events.deployment_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> DeploymentEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.feature_flag_activated", "com.gitlab.events.feature_flag_deactivated"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> FeatureFlagEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.release_created", "com.gitlab.events.release_updated", "com.gitlab.events.release_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> ReleaseEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.milestone_created", "com.gitlab.events.milestone_updated", "com.gitlab.events.milestone_deleted", "com.gitlab.events.milestone_closed", "com.gitlab.events.milestone_reopened", "com.gitlab.events.milestone_expired"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> MilestoneEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.access_token_expiring"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> AccessTokenEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.vulnerability_detected", "com.gitlab.events.vulnerability_confirmed", "com.gitlab.events.vulnerability_dismissed", "com.gitlab.events.vulnerability_resolved"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> VulnerabilityEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.member_added", "com.gitlab.events.member_updated", "com.gitlab.events.member_removed", "com.gitlab.events.member_access_requested", "com.gitlab.events.member_access_request_denied", "com.gitlab.events.member_access_request_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> MemberEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.project_created", "com.gitlab.events.project_deleted", "com.gitlab.events.project_renamed", "com.gitlab.events.project_transferred", "com.gitlab.events.project_updated"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> ProjectEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.subgroup_created", "com.gitlab.events.subgroup_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> SubgroupEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.group_created", "com.gitlab.events.group_deleted", "com.gitlab.events.group_renamed"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> GroupEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.user_created", "com.gitlab.events.user_deleted", "com.gitlab.events.user_renamed", "com.gitlab.events.user_login_failed"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> UserEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.key_created", "com.gitlab.events.key_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> KeyEvent | Any: ...

@overload
def wait_for_event(type: Literal["com.gitlab.events.repository_updated"], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> RepositoryEvent | Any: ...

@overload
def wait_for_event(type: builtins.str | builtins.list[Any], filter: builtins.dict[Any, Any] | Record | None = None, timeout: Duration | builtins.str | builtins.float | None = None, *, since: builtins.str | None = None, timeout_value: Any = None, label: builtins.str | None = None) -> Event | Any:
    """Waits for the next event of a type that passes the filter, and answers it. After `timeout` it answers `timeout_value`.

    type: An event type, or a list of them; a last "*" stands for any ending.
    filter: Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; {"$prefix": …} and {"$suffix": …} for how a text begins and ends.
    timeout: How long to wait at most.
    since: From where on events count: by default from the start of the run, or after the last one received with this type and filter; "now" for later ones only, "start" for all since the start.
    """
    ...

@overload
def event(type: Literal["com.gitlab.events.issue_created", "com.gitlab.events.issue_updated", "com.gitlab.events.issue_closed", "com.gitlab.events.issue_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[IssueEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.work_item_created", "com.gitlab.events.work_item_updated", "com.gitlab.events.work_item_closed", "com.gitlab.events.work_item_reopened"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[WorkItemEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.merge_request_created", "com.gitlab.events.merge_request_updated", "com.gitlab.events.merge_request_closed", "com.gitlab.events.merge_request_reopened", "com.gitlab.events.merge_request_merged", "com.gitlab.events.merge_request_approval_added", "com.gitlab.events.merge_request_approval_removed", "com.gitlab.events.merge_request_approved", "com.gitlab.events.merge_request_unapproved"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[MergeRequestEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.note_created", "com.gitlab.events.note_updated", "com.gitlab.events.note_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[NoteEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.emoji_awarded", "com.gitlab.events.emoji_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[EmojiEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.branch_created", "com.gitlab.events.branch_updated", "com.gitlab.events.branch_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[BranchEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.tag_created", "com.gitlab.events.tag_updated", "com.gitlab.events.tag_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[TagEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.wiki_page_created", "com.gitlab.events.wiki_page_updated", "com.gitlab.events.wiki_page_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[WikiPageEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.pipeline_created", "com.gitlab.events.pipeline_preparing", "com.gitlab.events.pipeline_waiting_for_resource", "com.gitlab.events.pipeline_waiting_for_callback", "com.gitlab.events.pipeline_pending", "com.gitlab.events.pipeline_scheduled", "com.gitlab.events.pipeline_manual", "com.gitlab.events.pipeline_canceling", "com.gitlab.events.pipeline_canceled", "com.gitlab.events.pipeline_failed", "com.gitlab.events.pipeline_skipped", "com.gitlab.events.pipeline_blocked", "com.gitlab.events.pipeline_started", "com.gitlab.events.pipeline_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[PipelineEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.job_created", "com.gitlab.events.job_preparing", "com.gitlab.events.job_waiting_for_resource", "com.gitlab.events.job_waiting_for_callback", "com.gitlab.events.job_pending", "com.gitlab.events.job_scheduled", "com.gitlab.events.job_manual", "com.gitlab.events.job_canceling", "com.gitlab.events.job_canceled", "com.gitlab.events.job_failed", "com.gitlab.events.job_skipped", "com.gitlab.events.job_blocked", "com.gitlab.events.job_started", "com.gitlab.events.job_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[JobEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.deployment_created", "com.gitlab.events.deployment_preparing", "com.gitlab.events.deployment_waiting_for_resource", "com.gitlab.events.deployment_waiting_for_callback", "com.gitlab.events.deployment_pending", "com.gitlab.events.deployment_scheduled", "com.gitlab.events.deployment_manual", "com.gitlab.events.deployment_canceling", "com.gitlab.events.deployment_canceled", "com.gitlab.events.deployment_failed", "com.gitlab.events.deployment_skipped", "com.gitlab.events.deployment_blocked", "com.gitlab.events.deployment_started", "com.gitlab.events.deployment_succeeded"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[DeploymentEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.feature_flag_activated", "com.gitlab.events.feature_flag_deactivated"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[FeatureFlagEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.release_created", "com.gitlab.events.release_updated", "com.gitlab.events.release_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[ReleaseEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.milestone_created", "com.gitlab.events.milestone_updated", "com.gitlab.events.milestone_deleted", "com.gitlab.events.milestone_closed", "com.gitlab.events.milestone_reopened", "com.gitlab.events.milestone_expired"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[MilestoneEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.access_token_expiring"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[AccessTokenEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.vulnerability_detected", "com.gitlab.events.vulnerability_confirmed", "com.gitlab.events.vulnerability_dismissed", "com.gitlab.events.vulnerability_resolved"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[VulnerabilityEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.member_added", "com.gitlab.events.member_updated", "com.gitlab.events.member_removed", "com.gitlab.events.member_access_requested", "com.gitlab.events.member_access_request_denied", "com.gitlab.events.member_access_request_revoked"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[MemberEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.project_created", "com.gitlab.events.project_deleted", "com.gitlab.events.project_renamed", "com.gitlab.events.project_transferred", "com.gitlab.events.project_updated"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[ProjectEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.subgroup_created", "com.gitlab.events.subgroup_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[SubgroupEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.group_created", "com.gitlab.events.group_deleted", "com.gitlab.events.group_renamed"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[GroupEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.user_created", "com.gitlab.events.user_deleted", "com.gitlab.events.user_renamed", "com.gitlab.events.user_login_failed"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[UserEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.key_created", "com.gitlab.events.key_deleted"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[KeyEvent]: ...

@overload
def event(type: Literal["com.gitlab.events.repository_updated"], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[RepositoryEvent]: ...

@overload
def event(type: builtins.str | builtins.list[Any], filter: builtins.dict[Any, Any] | Record | None = None, *, since: builtins.str | None = None, label: builtins.str | None = None) -> Future[Event]:
    """A future of the next event of a type that passes the filter.

    type: An event type, or a list of them; a last "*" stands for any ending.
    filter: Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; {"$prefix": …} and {"$suffix": …} for how a text begins and ends.
    since: From where on events count: by default from the start of the run, or after the last one received with this type and filter; "now" for later ones only, "start" for all since the start.
    """
    ...

def emit(type: builtins.str, data: Any = None, subject: builtins.str | None = None) -> builtins.str:
    """Sends an event into this project. Answers the event's id.

    type: The event's type.
    data: What JSON can express.
    subject: What the event is about.
    """
    ...

def signal(workflow_id: builtins.str, signal_name: builtins.str, payload_json: Any = None, run_id: builtins.str = "") -> builtins.bool:
    """Sends a signal to a run. Answers whether that run was open.

    payload_json: A JSON text, or any value, which is then written as JSON.
    run_id: Accepted for GitLab's scripts; the workflow's id is enough.
    """
    ...

def signal_channel(name: builtins.str) -> Channel:
    """The channel that receives the signals of this name, those that came earlier included."""
    ...

def select(cases: builtins.dict[Any, Any] | Record | builtins.list[Any], default: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> Any:
    """Waits for the first of several futures and channels, and takes only that one. Cases are a dict of futures and channels with functions (called with the value; their result is the answer) or plain values (which are the answer); or a dict of names with futures and channels (answers the name and the value); or a list of them (answers the index and the value).

    default: Answered, or called, when no case is ready; then it does not wait.
    timeout: How long to wait at most.
    timeout_value: Answered, or called, after the timeout.
    """
    ...

def parallel(functions: builtins.list[Any], max: builtins.int | None = None, *, on_error: builtins.str = "cancel", timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> builtins.list[Any]:
    """Calls functions side by side, each in a fiber of its own, waits for all of them, and answers the list of what they returned, in the order they were given in. When it answers or raises, none of them is going any more.

    functions: Functions without arguments, or tuples of a function and its arguments: `[(fetch, 1), (fetch, 2)]`.
    max: How many may be going at a time; the others are started, in order, as these end. Without it: all at once.
    on_error: What an error in one of them does: "cancel" ends the others and raises it; "wait" lets all end, then raises the first; "collect" raises nothing and answers structs of ok, value and error, as `attempt` does.
    timeout: How long to wait at most.
    timeout_value: Answered after the timeout.
    """
    ...

def go(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
    """Starts a fiber that calls a function with the arguments that follow, and answers the future of what it returns: `f = w.go(w.http.get, url)`, later `f.get()`. The fiber begins when this one next waits."""
    ...

def race(futures: builtins.list[Any] | builtins.dict[Any, Any] | Record, *, timeout: Duration | builtins.str | builtins.float | None = None, timeout_value: Any = None) -> builtins.tuple[Any, ...]:
    """Waits for the first of several futures, cancels the others, and answers which one it was and its value. When the first one failed, its error is raised. Of a list it answers (index, value), of a dict of names (name, value). After the timeout all are cancelled. Those that lost are over too: their `done()` is True, and `get` raises FUTURE_CANCELLED. An event or signal that came for one that lost can still be waited for.

    futures: Futures of fibers, timers and events, and signal channels.
    timeout: How long to wait at most.
    timeout_value: Answered after the timeout.
    """
    ...

def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Struct:
    """Calls a function with the arguments that follow. Answers struct(ok, value, error): error is None, or a struct of type, code, message, retryable, attempts and details. It catches failed calls and errors of the script, but no limits."""
    ...

def defer(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Has a function called, with the arguments that follow, when the run ends: when it succeeds, fails or is cancelled. The last one deferred is called first; it may wait, and has five minutes where the run is cancelled. An error in one is logged, and the others are called all the same."""
    ...

def ask(title: builtins.str, body: builtins.str | None = None, *, form: builtins.dict[Any, Any] | Record | Struct | None = None, actions: builtins.list[Any] | None = None, assignees: builtins.str | builtins.list[Any] | None = None, groups: builtins.str | builtins.list[Any] | None = None, quorum: builtins.int = 1, allow_self: builtins.bool = False, issue: Any = None, merge_request: Any = None, labels: builtins.dict[Any, Any] | Record | None = None, due: Time | builtins.str | builtins.float | None = None, timeout: Duration | builtins.str | builtins.float | None = None, remind: Duration | builtins.str | builtins.float | builtins.list[Any] | None = None, escalate_to: builtins.str | builtins.list[Any] | None = None, escalate_after: Duration | builtins.str | builtins.float | None = None, on_timeout: Any = "fail", label: builtins.str | None = None) -> Struct:
    """Asks people, and waits for their answer: a struct of action, values, comment, by (the user's name or None), at, via and answers (all that count). Answered by the API and `autoflow tasks answer`; by labels of and comments on the issue or merge request that it is about. The first action is the one that agrees: it needs the quorum. Any other decides at once.

    title: The question, on one line.
    body: More about it, in Markdown.
    form: A JSON Schema of the values that come with the first action.
    actions: What can be chosen: "submit" with a form, else "approve" and "deny".
    assignees: User names of those who may answer.
    groups: Full paths of groups whose members may answer. Without either: whoever may use the API.
    quorum: How many different people have to choose the first action.
    allow_self: Whether the person who started the run may answer.
    issue: The issue that it is about: its iid, or what GitLab says of it.
    merge_request: The merge request that it is about, in the same way.
    labels: Labels by action: one that is added to that issue is an answer.
    due: Until when there has to be an answer: a time, an RFC 3339 text, or seconds since 1970.
    timeout: The same as a duration from now.
    remind: After which time those who are asked are reminded, again and again; of a list, once after each.
    escalate_to: User names of those who are asked too, later; a group as group:path.
    escalate_after: How much later: half of the time there is, unless given.
    on_timeout: What is answered when the time is over: one of the actions as if it had been chosen, any other value but a text, or what a function answers. "fail" fails with TASK_EXPIRED.
    label: A name to show to people.
    """
    ...

def now() -> Time:
    """The time of the run: that of the last thing that happened to it. It never goes back."""
    ...

def http_do(url: builtins.str | Secret, method: builtins.str = "GET", query: builtins.dict[Any, Any] | Record | None = None, header: builtins.dict[Any, Any] | Record | None = None, body: builtins.str | builtins.bytes | Secret | None = None, *, headers: builtins.dict[Any, Any] | Record | None = None, json: Any = None, timeout: Duration | builtins.str | builtins.float | None = None, retry: builtins.bool | builtins.int | builtins.dict[Any, Any] | Record | None = None, label: builtins.str | None = None, retry_on: builtins.list[Any] | None = None, sign: builtins.dict[Any, Any] | Record | None = None) -> Response:
    """A call with any method, in GitLab's spelling. See http.do.

    url: An absolute http or https address.
    method: GET, POST, …
    headers: Header fields; a list of values repeats the field. Values may hold secrets.
    json: Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.
    timeout: How long one attempt may take.
    retry: Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. Without it, the action's own policy.
    label: A name to show to people.
    retry_on: Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.
    sign: Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.
    """
    ...

def abs(x: Any, /) -> builtins.int | builtins.float:
    """A number without its sign."""
    ...

def all(x: Iterable[Any], /) -> builtins.bool:
    """Whether every element of an iterable is true."""
    ...

def any(x: Iterable[Any], /) -> builtins.bool:
    """Whether an element of an iterable is true."""
    ...

def dict(pairs: builtins.dict[Any, Any] | Record | Iterable[Any] = ..., /, **entries: Any) -> builtins.dict[Any, Any]:
    """A new dict, from another one or from pairs, and from named arguments."""
    ...

def dir(x: Any, /) -> builtins.list[Any]:
    """The names of a value's fields and methods, sorted."""
    ...

def enumerate(x: Iterable[Any], start: builtins.int = 0, /) -> builtins.list[Any]:
    """A list of (number, element) pairs, numbered from `start`."""
    ...

def fail(*args: Any, sep: builtins.str = " ") -> None:
    """Ends the run, or what `attempt` tries, with an error of this text."""
    ...

def getattr(x: Any, name: builtins.str, default: Any = ..., /) -> Any:
    """A field or method by name, or the default. Without a default a missing one is an error."""
    ...

def hasattr(x: Any, name: builtins.str, /) -> builtins.bool:
    """Whether a value has a field or method of a name."""
    ...

def len(x: Any, /) -> builtins.int:
    """The number of elements, or of bytes in a string."""
    ...

def list(x: Iterable[Any] = ..., /) -> builtins.list[Any]:
    """A new list with the elements of an iterable."""
    ...

def print(*args: Any, sep: builtins.str = " ") -> None:
    """Writes a line to the run's log."""
    ...

def range(start: builtins.int, stop: builtins.int = ..., step: builtins.int = 1, /) -> builtins.range:
    """The integers from start (0) to stop, stop excluded, by step (1)."""
    ...

def reversed(x: Iterable[Any], /) -> builtins.list[Any]:
    """A new list with the elements of an iterable in reverse order."""
    ...

def set(x: Iterable[Any] = ..., /) -> builtins.set[Any]:
    """A new set with the elements of an iterable."""
    ...

def tuple(x: Iterable[Any] = ..., /) -> builtins.tuple[Any, ...]:
    """A tuple with the elements of an iterable."""
    ...

def zip(*iterables: Iterable[Any]) -> builtins.list[Any]:
    """A list of tuples of the elements that stand at the same place; as long as the shortest iterable."""
    ...

def bool(x: Any = False, /) -> builtins.bool:
    """Whether a value counts as true."""
    ...

def bytes(x: builtins.bytes | builtins.str | Iterable[Any], /) -> builtins.bytes:
    """Bytes of a string (its UTF-8 encoding) or of an iterable of integers."""
    ...

def chr(i: builtins.int, /) -> builtins.str:
    """The string that holds one code point."""
    ...

def float(x: builtins.float | builtins.int | builtins.bool | builtins.str = 0.0, /) -> builtins.float:
    """A number as a float, or the float that a string denotes."""
    ...

def hash(x: Any, /) -> builtins.int:
    """A number that equal strings (or bytes) share, the same on every machine."""
    ...

def int(x: Any, base: Any = 10) -> builtins.int:
    """A number without its fraction, or the int that a string denotes in a base (0: as its prefix says)."""
    ...

def ord(s: builtins.str | builtins.bytes, /) -> builtins.int:
    """The code point of a string of one code point, or the byte of bytes of length 1."""
    ...

def repr(x: Any, /) -> builtins.str:
    """A value as text, as a literal of it where there is one."""
    ...

def str(x: Any, /) -> builtins.str:
    """A value as text. A string is itself, bytes are decoded as UTF-8."""
    ...

def type(x: Any, /) -> builtins.str:
    """The name of a value's type."""
    ...

def sorted(iterable: Iterable[Any], key: Callable[..., Any] | None = None, reverse: builtins.bool = False) -> builtins.list[Any]:
    """The elements of an iterable as a sorted list; equal ones keep their order."""
    ...

def min(*args: Any, key: Callable[..., Any] | None = None) -> Any:
    """The least of the arguments, or of the elements of an iterable."""
    ...

def max(*args: Any, key: Callable[..., Any] | None = None) -> Any:
    """The greatest of the arguments, or of the elements of an iterable."""
    ...

def struct(**fields: Any) -> Struct:
    """A value with these named fields."""
    ...

vars: Record
"""The project's variables and secrets by name. A secret is an opaque text."""
input: Any
"""What a driver script was started with, or None."""
w: W
"""The run's context, as handlers receive it."""
