#!/bin/sh
# For Terraform's `external` data source: asks AutoFlow's rules about a change, and fails when they deny it.
# Reads {"project": "…", "type": "…", "data": "<JSON text>"}; needs curl and jq, AUTOFLOW_SERVER and AUTOFLOW_TOKEN.
set -eu

query=$(cat)
project=$(printf %s "$query" | jq -r '.project | @uri')
body=$(printf %s "$query" | jq -c '{type, data: (.data // "null" | fromjson)}')

# The token is read from a file descriptor, so that it is not among the arguments that other users can see.
answer=$(
  printf 'header = "Authorization: Bearer %s"\n' "${AUTOFLOW_TOKEN:-}" |
    curl --silent --show-error --fail-with-body --max-time 60 --config - \
      --header 'Content-Type: application/json' --data-binary "$body" \
      "${AUTOFLOW_SERVER:?}/api/v1/projects/$project/validate"
) || {
  printf 'AutoFlow could not be asked: %s\n' "$answer" >&2
  exit 1
}

if [ "$(printf %s "$answer" | jq -r .decision)" != allow ]; then
  printf %s "$answer" | jq -r '"denied: " + (.reasons | join("; "))' >&2
  exit 1
fi
printf %s "$answer" | jq -c '{decision, rules: ([.rules[].rule] | join(","))}'
