/** What --init and --init-ci write. */

export const examplePolicy = `# Triage policies: which resources, by which conditions, and what is done with them.
# Try them out with: autoflow triage --dry-run --source-id group/project
resource_rules:
  issues:
    rules:
      - name: Ask about issues that nothing happens to
        conditions:
          state: opened
          date:
            attribute: updated_at
            condition: older_than
            interval_type: months
            interval: 6
          forbidden_labels:
            - stale
        limits:
          oldest: 20
        actions:
          labels:
            - stale
          comment: |
            {{author}} nothing has happened here for half a year. Is this still wanted?
  merge_requests:
    rules:
      - name: Remind of drafts
        conditions:
          state: opened
          draft: true
          date:
            attribute: updated_at
            condition: older_than
            interval_type: weeks
            interval: 4
        actions:
          comment: |
            {{author}} this draft has been waiting for four weeks.
`;

export const exampleCi = `# Carries the policies of .triage-policies.yml out on a schedule; TRIAGE_TOKEN is an access token with the scope api.
stages:
  - triage

.triage:
  stage: triage
  image: node:24
  script:
    - npx autoflow triage --token "$TRIAGE_TOKEN" --source-id "$CI_PROJECT_PATH" $TRIAGE_OPTIONS

triage:preview:
  extends: .triage
  variables:
    TRIAGE_OPTIONS: --dry-run
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"

triage:
  extends: .triage
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
`;
