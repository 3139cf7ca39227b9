#!/bin/sh
# Asks the deployment safety gate about one lifecycle event of a CodeDeploy deployment to servers, and waits for the
# verdict. Name it in the AppSpec for every event that the gate should judge; the agent says which event it is.
#
# Exit: 0 the gate lets the event pass. 1 it does not; the reasons are printed. 2 it could not be asked (fail closed).
#
# From the CodeDeploy agent: LIFECYCLE_EVENT DEPLOYMENT_ID APPLICATION_NAME DEPLOYMENT_GROUP_NAME
#   (docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html)
# From the environment or the file named by SAFETY_GATE_ENV_FILE (/etc/safety-gate/hook.env, KEY=value lines):
#   SAFETY_GATE_URL
#   SAFETY_GATE_TOKEN           or SAFETY_GATE_TOKEN_FILE, a file with nothing but the token; left out for a gate without
# From the environment:
#   SAFETY_GATE_TOTAL_SECONDS   for all of it, default 3300; must be below the script's time-out in the AppSpec
#   SAFETY_GATE_ASK_SECONDS     to get a first answer out of the gate, default 120
#   SAFETY_GATE_RETRY_SECONDS   between attempts, default 5
set -u

env_file=${SAFETY_GATE_ENV_FILE:-/etc/safety-gate/hook.env}

cannot_ask() {
  printf 'safety gate: could not ask about %s of %s: %s\n' "${LIFECYCLE_EVENT:-?}" "${DEPLOYMENT_ID:-?}" "$1" >&2
  exit 2
}

# The file $1 holds a token: nobody but its owner may read it. ls -L looks at the file, not at a link to it.
must_be_private() {
  # shellcheck disable=SC2012 # POSIX has no stat; only the mode is taken, not the name
  case $(ls -ldnL "$1" | cut -c1-10) in
    -??-------) ;;
    *) cannot_ask "$1 can be read or changed by others; chmod 600 it" ;;
  esac
}

read_env_file() {
  [ -r "$env_file" ] || return 0
  must_be_private "$env_file"
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      SAFETY_GATE_URL=*) : "${SAFETY_GATE_URL:=${line#*=}}" ;;
      SAFETY_GATE_TOKEN=*) : "${SAFETY_GATE_TOKEN:=${line#*=}}" ;;
      SAFETY_GATE_TOKEN_FILE=*) : "${SAFETY_GATE_TOKEN_FILE:=${line#*=}}" ;;
    esac
  done <"$env_file"
}

read_token_file() {
  [ -n "${SAFETY_GATE_TOKEN_FILE:-}" ] && [ -z "${SAFETY_GATE_TOKEN:-}" ] || return 0
  [ -r "$SAFETY_GATE_TOKEN_FILE" ] || cannot_ask "SAFETY_GATE_TOKEN_FILE $SAFETY_GATE_TOKEN_FILE cannot be read"
  must_be_private "$SAFETY_GATE_TOKEN_FILE"
  SAFETY_GATE_TOKEN=$(cat "$SAFETY_GATE_TOKEN_FILE")
  [ -n "$SAFETY_GATE_TOKEN" ] || cannot_ask "SAFETY_GATE_TOKEN_FILE $SAFETY_GATE_TOKEN_FILE is empty"
}

check_settings() {
  case ${SAFETY_GATE_URL:-} in
    *[\"\\[:space:]]*) cannot_ask 'SAFETY_GATE_URL has quotes, backslashes or spaces in it' ;;
    http://?* | https://?*) ;;
    *) cannot_ask "SAFETY_GATE_URL \"${SAFETY_GATE_URL:-}\" is no http or https URL; set it, or write it into $env_file" ;;
  esac
  case ${SAFETY_GATE_TOKEN:-} in
    *[!A-Za-z0-9._~+/=-]*)
      cannot_ask "SAFETY_GATE_TOKEN is no bearer token; set it, or write it into $env_file" ;;
  esac
  case ${LIFECYCLE_EVENT:-} in
    '' | *[!A-Za-z]*) cannot_ask 'LIFECYCLE_EVENT is not set; the CodeDeploy agent sets it for hook scripts' ;;
  esac
  case ${DEPLOYMENT_ID:-} in
    '' | *[!A-Za-z0-9-]*) cannot_ask 'DEPLOYMENT_ID is not set; the CodeDeploy agent sets it for hook scripts' ;;
  esac
  for number in "$total_seconds" "$ask_seconds" "$retry_seconds"; do
    case $number in
      '' | *[!0-9]*) cannot_ask "\"$number\": not a whole number of seconds" ;;
    esac
  done
}

now() { date +%s; }

# One request. $1: seconds it may take. $2: path. $3: body to post, or nothing. Sets $status (000: no answer), $answer.
# The token goes in by curl's standard input: the arguments of a process are there for all to see.
call() {
  answer=$(
    {
      printf 'url = "%s%s"\n' "${SAFETY_GATE_URL%/}" "$2"
      [ -z "${SAFETY_GATE_TOKEN:-}" ] || printf 'header = "Authorization: Bearer %s"\n' "$SAFETY_GATE_TOKEN"
      printf 'header = "Accept: application/json"\n'
      if [ -n "${3:-}" ]; then
        printf 'header = "Content-Type: application/json"\n'
        printf 'data-binary = "%s"\n' "$(printf '%s' "$3" | sed 's/\\/\\\\/g; s/"/\\"/g')"
      fi
    } | curl --disable --silent --show-error --proto '=http,https' --connect-timeout 5 --max-time "$1" \
      --max-filesize 5000000 --write-out '\n%{http_code}' --config - 2>&1
  )
  status=$(printf '%s\n' "$answer" | tail -n 1)
  case $status in
    [0-9][0-9][0-9]) answer=$(printf '%s\n' "$answer" | sed '$d') ;;
    *) status=000 ;;
  esac
}

# The first string field $1 of the answer's top level, empty if it is not there. Everything from "checks" on is nested.
# Inside a JSON string a quote is written \", so a field that a text only talks about does not match.
field() {
  printf '%s' "$answer" | tr '\n\r\t' '   ' | awk -v name="$1" '{
    sub(/"checks"[ ]*:.*/, "")
    if (!match($0, "\"" name "\"[ ]*:[ ]*\"[A-Za-z0-9_-]*\"")) exit
    found = substr($0, RSTART, RLENGTH)
    sub(/^"[^"]*"[ ]*:[ ]*"/, "", found)
    sub(/"$/, "", found)
    print found
  }'
}

# Every "text" of the answer, each once: the reasons, for people.
print_reasons() {
  printf '%s' "$answer" | tr '\n\r\t' '   ' | awk '{
    rest = $0
    while (match(rest, /"text"[ ]*:[ ]*"([^"\\]|\\.)*"/)) {
      text = substr(rest, RSTART, RLENGTH)
      rest = substr(rest, RSTART + RLENGTH)
      sub(/^"text"[ ]*:[ ]*"/, "", text)
      sub(/"$/, "", text)
      gsub(/\\n/, "\n    ", text)
      gsub(/\\"/, "\"", text)
      gsub(/\\\\/, "\\", text)
      if (!(text in seen)) print "  - " text
      seen[text] = 1
    }
  }' >&2
}

# Sleeps, a little differently on each server: all servers of a deployment ask at the same time.
pause() {
  seconds=$retry_seconds
  [ "$seconds" -eq 0 ] || seconds=$((seconds + $$ % 3))
  [ "$(($(now) + seconds))" -lt "$1" ] || cannot_ask "$2"
  sleep "$seconds"
}

shorten() { printf '%s' "$answer" | tr '\n' ' ' | cut -c1-300; }

# Until the gate has taken the question: sets $evaluation and $verdict.
ask() {
  body="{\"DeploymentId\":\"$DEPLOYMENT_ID\",\"LifecycleEventHookExecutionId\":\"ec2:$DEPLOYMENT_ID:$LIFECYCLE_EVENT\",\"LifecycleEvent\":\"$LIFECYCLE_EVENT\"}"
  until_time=$(($(now) + ask_seconds))
  [ "$until_time" -lt "$deadline" ] || until_time=$deadline
  while :; do
    call 10 /v1/hooks/codedeploy "$body"
    evaluation=$(field evaluationId)
    verdict=$(field verdict)
    case $status:$evaluation:$verdict in
      2??:?*:pass | 2??:?*:fail | 2??:?*:pending) return 0 ;;
      000:* | 408:* | 429:* | 5??:*) pause "$until_time" "no answer from $SAFETY_GATE_URL: $status $(shorten)" ;;
      2??:*) pause "$until_time" "$SAFETY_GATE_URL answered $status, but not as the gate does: $(shorten)" ;;
      *) cannot_ask "the gate answered $status: $(shorten)" ;;
    esac
  done
}

# Until the verdict is there.
wait_for_verdict() {
  while [ "$verdict" = pending ]; do
    left=$((deadline - $(now)))
    [ "$left" -gt 0 ] || cannot_ask "evaluation $evaluation is still pending after $total_seconds s"
    wait=30
    [ "$left" -ge "$wait" ] || wait=$left
    asked_at=$(now)
    call $((wait + 15)) "/v1/evaluations/$evaluation?wait=$wait"
    verdict=$(field verdict)
    case $status:$verdict in
      2??:pass | 2??:fail) ;;
      2??:pending) [ "$(now)" -gt "$asked_at" ] || sleep 1 ;; # whatever the gate does, not a busy loop
      000:* | 408:* | 429:* | 5??:* | 2??:*)
        verdict=pending
        pause "$deadline" "evaluation $evaluation: no verdict after $total_seconds s; last: $status $(shorten)" ;;
      *) cannot_ask "evaluation $evaluation: the gate answered $status: $(shorten)" ;;
    esac
  done
}

total_seconds=${SAFETY_GATE_TOTAL_SECONDS:-3300}
ask_seconds=${SAFETY_GATE_ASK_SECONDS:-120}
retry_seconds=${SAFETY_GATE_RETRY_SECONDS:-5}
read_env_file
read_token_file
check_settings
command -v curl >/dev/null 2>&1 || cannot_ask 'curl is not installed'
deadline=$(($(now) + total_seconds))

ask
[ "$verdict" = pending ] && printf 'safety gate: %s is being judged, evaluation %s\n' "$LIFECYCLE_EVENT" "$evaluation"
wait_for_verdict
if [ "$verdict" = pass ]; then
  printf 'safety gate: %s may pass, evaluation %s\n' "$LIFECYCLE_EVENT" "$evaluation"
  exit 0
fi
# The first answer has the verdict only; the reasons are in the evaluation.
case $answer in
  *'"text"'*) ;;
  *) call 15 "/v1/evaluations/$evaluation" ;;
esac
printf 'safety gate: %s of %s must not pass, evaluation %s\n' "$LIFECYCLE_EVENT" "$DEPLOYMENT_ID" "$evaluation" >&2
print_reasons
exit 1
