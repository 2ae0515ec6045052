"""Uses a GitLab through python-gitlab and prints one JSON line for each step: its name, and what went wrong."""

import json
import sys
import traceback

import gitlab

url, token = sys.argv[1], sys.argv[2]
steps = []


def step(function):
    steps.append(function)
    return function


def connect(**options):
    return gitlab.Gitlab(url, private_token=token, **options)


def refused(call, status, part):
    try:
        call()
    except gitlab.exceptions.GitlabError as error:
        assert error.response_code == status, (error.response_code, error.error_message)
        assert part in str(error.error_message) or part in str(error.response_body), error.error_message
        return
    raise AssertionError("not refused")


@step
def signs_in():
    gl = connect()
    gl.auth()
    assert gl.user.username == "root"
    assert gl.version()[0].startswith("18.")


@step
def projects_and_groups():
    gl = connect()
    group = gl.groups.create({"name": "Atlas", "path": "atlas"})
    project = gl.projects.create({"name": "Beacon", "namespace_id": group.id, "initialize_with_readme": True})
    assert gl.projects.get("atlas/beacon").id == project.id
    project.description = "Blinks"
    project.save()
    assert gl.projects.get(project.id).description == "Blinks"
    assert [one.id for one in group.projects.list(get_all=True)] == [project.id]
    assert [one.path for one in gl.projects.list(search="beac", get_all=True)] == ["beacon"]


@step
def issues():
    gl = connect()
    project = gl.projects.get("atlas/beacon")
    project.labels.create({"name": "workflow::triage", "color": "#ff0000"})
    project.labels.create({"name": "workflow::ready", "color": "#00ff00"})
    milestone = project.milestones.create({"title": "1.4", "due_date": "2030-01-01"})
    issue = project.issues.create({"title": "Blinks", "labels": ["workflow::triage", "bug"], "milestone_id": milestone.id})
    assert issue.labels == ["bug", "workflow::triage"], issue.labels
    issue.labels = ["workflow::ready", "bug"]
    issue.due_date = "2030-02-01"
    issue.save()
    assert project.issues.get(issue.iid).due_date == "2030-02-01"
    note = issue.notes.create({"body": "Seen at station 7."})
    note.body = "Seen at station 8."
    note.save()
    assert [one.body for one in issue.notes.list(get_all=True, activity_filter="only_comments")] == ["Seen at station 8."]
    discussion = issue.discussions.create({"body": "Why?"})
    discussion.notes.create({"body": "Because."})
    assert len(issue.discussions.get(discussion.id).attributes["notes"]) == 2
    issue.awardemojis.create({"name": "thumbsup"})
    assert project.issues.get(issue.iid).upvotes == 1
    other = project.issues.create({"title": "Other"})
    issue.links.create({"target_project_id": project.id, "target_issue_iid": other.iid})
    assert [one.iid for one in issue.links.list(get_all=True)] == [other.iid]
    issue.state_event = "close"
    issue.save()
    assert [one.iid for one in project.issues.list(state="closed", get_all=True)] == [issue.iid]
    assert [one.iid for one in project.issues.list(labels=["bug"], milestone="1.4", get_all=True)] == [issue.iid]
    assert len(issue.resourcelabelevents.list(get_all=True)) == 4
    issue.time_estimate("3h")
    assert project.issues.get(issue.iid).time_stats()["human_time_estimate"] == "3h"
    other.delete()
    refused(lambda: project.issues.get(other.iid), 404, "404")


@step
def pages():
    gl = connect()
    project = gl.projects.create({"name": "Pages"})
    for number in range(5):
        project.issues.create({"title": f"Issue {number}"})
    found = project.issues.list(iterator=True, per_page=2, order_by="created_at", sort="asc")
    assert found.total == 5 and found.total_pages == 3, (found.total, found.total_pages)
    assert [one.iid for one in found] == [1, 2, 3, 4, 5]
    found = project.issues.list(iterator=True, pagination="keyset", per_page=2, order_by="created_at", sort="asc")
    assert [one.iid for one in found] == [1, 2, 3, 4, 5]
    keyed = connect(pagination="keyset", order_by="id", per_page=1)
    ids = [one.id for one in keyed.projects.list(get_all=True, sort="asc")]
    assert ids == sorted(ids) and len(ids) == 2, ids


@step
def files_and_branches():
    gl = connect()
    project = gl.projects.get("atlas/beacon")
    project.files.create({"file_path": "src/lamp.c", "branch": "main", "content": "int main;\n", "commit_message": "Lamp"})
    file = project.files.get(file_path="src/lamp.c", ref="main")
    assert file.decode() == b"int main;\n"
    assert project.files.raw(file_path="src/lamp.c", ref="main") == b"int main;\n"
    file.content = "int lamp;\n"
    file.save(branch="main", commit_message="Rename")
    assert {one["path"] for one in project.repository_tree(recursive=True, get_all=True)} == {"README.md", "src", "src/lamp.c"}
    project.branches.create({"branch": "dark", "ref": "main"})
    commit = project.commits.create(
        {
            "branch": "dark",
            "commit_message": "Dark\n\nSee #1",
            "actions": [
                {"action": "update", "file_path": "src/lamp.c", "content": "int dark;\n"},
                {"action": "create", "file_path": ".gitlab-ci.yml", "content": "unit:\n  script: [make]\ndeploy:\n  stage: deploy\n  script: [ship]\n  when: manual\n"},
            ],
        }
    )
    assert commit.title == "Dark"
    assert len(commit.diff(get_all=True)) == 2
    assert project.commits.get(commit.id).stats["total"] > 0
    project.protectedbranches.create({"name": "release/*", "merge_access_level": 40, "push_access_level": 0})
    assert {one.name for one in project.protectedbranches.list(get_all=True)} == {"main", "release/*"}
    project.tags.create({"tag_name": "v1", "ref": "main"})
    release = project.releases.create({"tag_name": "v1", "name": "One", "description": "First"})
    assert release.tag_name == "v1" and project.tags.get("v1").release["description"] == "First"
    refused(lambda: project.files.get(file_path="none", ref="main"), 404, "404 File Not Found")


@step
def merge_requests():
    gl = connect()
    project = gl.projects.get("atlas/beacon")
    issue = project.issues.create({"title": "Goes dark"})
    request = project.mergerequests.create(
        {"source_branch": "dark", "target_branch": "main", "title": "Dark", "description": f"Closes #{issue.iid}"}
    )
    assert [one.iid for one in request.closes_issues(get_all=True)] == [issue.iid]
    assert len(request.changes()["changes"]) == 2
    request.approve()
    assert request.approvals.get().approved
    request.labels = ["ready"]
    request.save()
    request.merge()
    assert project.mergerequests.get(request.iid).state == "merged"
    assert project.issues.get(issue.iid).state == "closed"
    refused(lambda: project.mergerequests.create({"source_branch": "gone", "target_branch": "main", "title": "x"}), 400, "does not exist")


@step
def pipelines():
    gl = connect()
    project = gl.projects.get("atlas/beacon")
    pipeline = project.pipelines.create({"ref": "main", "variables": [{"key": "SUITE", "value": "all"}]})
    assert [one.name for one in pipeline.jobs.list(get_all=True)] == ["deploy", "unit"]
    unit = project.jobs.get([one.id for one in pipeline.jobs.list(get_all=True) if one.name == "unit"][0])
    assert unit.status == "pending"
    unit.cancel()
    pipeline.retry()
    assert project.pipelines.get(pipeline.id).status == "pending"
    pipeline.cancel()
    assert project.pipelines.get(pipeline.id).status == "canceled"
    assert len(project.jobs.list(get_all=True)) > 2


@step
def hooks_and_members():
    gl = connect()
    project = gl.projects.get("atlas/beacon")
    hook = project.hooks.create({"url": "http://127.0.0.1:9/hook", "issues_events": True, "push_events": False, "token": "secret"})
    assert hook.issues_events and not hook.push_events and not hasattr(hook, "token")
    hook.note_events = True
    hook.save()
    assert [one.note_events for one in project.hooks.list(get_all=True)] == [True]
    project.hooks.delete(hook.id)
    user = gl.users.create({"email": "mara@example.com", "name": "Mara", "username": "mara", "password": "secret-enough"})
    member = project.members.create({"user_id": user.id, "access_level": gitlab.const.AccessLevel.DEVELOPER})
    member.access_level = gitlab.const.AccessLevel.MAINTAINER
    member.save()
    assert {one.username for one in project.members_all.list(get_all=True)} == {"root", "mara"}
    refused(lambda: project.members.create({"user_id": user.id, "access_level": 30}), 409, "already exists")


@step
def environments_and_epics():
    gl = connect()
    project = gl.projects.get("atlas/beacon")
    environment = project.environments.create({"name": "production", "external_url": "https://beacon.example.com"})
    sha = project.branches.get("main").commit["id"]
    deployment = project.deployments.create({"environment": "production", "sha": sha, "ref": "main", "tag": False, "status": "running"})
    deployment.status = "success"
    deployment.save()
    assert project.deployments.list(get_all=True)[0].status == "success"
    environment.stop()
    group = gl.groups.get("atlas")
    epic = group.epics.create({"title": "Lamps", "labels": ["lamp"]})
    issue = project.issues.list(get_all=True)[0]
    epic.issues.create({"issue_id": issue.id})
    assert [one.id for one in epic.issues.list(get_all=True)] == [issue.id]
    assert any(one.action_name == "pushed to" for one in project.events.list(get_all=True))


@step
def errors():
    gl = connect(retry_transient_errors=False)
    refused(lambda: gitlab.Gitlab(url, private_token="wrong").auth(), 401, "401 Unauthorized")
    refused(lambda: gl.projects.get("atlas/none"), 404, "404 Project Not Found")
    project = gl.projects.get("atlas/beacon")
    refused(lambda: project.issues.get(9999), 404, "404")
    refused(lambda: project.issues.create({"title": ""}), 400, "can't be blank")
    refused(lambda: project.labels.create({"name": "bug", "color": "#ffffff"}), 409, "Label already exists")
    refused(lambda: project.labels.create({"name": "new", "color": "no"}), 400, "must be a valid color code")
    refused(lambda: gl.http_post("/projects/atlas%2Fbeacon/issues"), 400, "title is missing")
    refused(lambda: gl.http_get("/projects/atlas%2Fbeacon/wikis"), 501, "the simulated GitLab has no GET /projects/:id/wikis")
    refused(lambda: project.issues.list(state="nonsense", get_all=True), 400, "state does not have a valid value")


for function in steps:
    try:
        function()
        print(json.dumps({"step": function.__name__}))
    except Exception:
        print(json.dumps({"step": function.__name__, "failure": traceback.format_exc()}))
