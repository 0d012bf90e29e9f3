#!/bin/bash
# Answers its event, once it has failed FAILURES times; COUNTER is the file that counts.
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

while curl -sS -D "$work/headers" -o "$work/event" "$api/invocation/next"; do
    id=$(grep -i '^Lambda-Runtime-Aws-Request-Id:' "$work/headers" | cut -d' ' -f2 | tr -d '\r')
    echo >> "$COUNTER"
    if [ "$(wc -l < "$COUNTER")" -le "$FAILURES" ]; then
        curl -sS -o /dev/null -d '{"errorType":"Silver.NotYet","errorMessage":"later"}' "$api/invocation/$id/error"
    else
        curl -sS -o /dev/null --data-binary "@$work/event" "$api/invocation/$id/response"
    fi
done
exit 2
