#!/bin/bash
# A queue's consumer for the contract tests, on curl. It logs each event, and answers what its variables say:
#   ANSWER   this text; "throw" is an error, "hang" no answer at all. Without it, poison records are named as failed
#   ORDERED  names all records from the first failed one on
#   TAKES    so many seconds for each event
# A record is poison when its body says so, or "heals" and it is received for the first time.
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
work=$(mktemp -d)
record='"messageId":"([^"]*)","receiptHandle":"[^"]*","body":"([^"]*)","attributes":\{[^}]*"ApproximateReceiveCount":"([0-9]+)"'

failures() {
    local rest=$event list= failed
    [[ $event == *'"body":"poison'* || $event == *'"body":"heals'* ]] || rest=
    while [[ $rest =~ $record ]]; do
        rest=${rest#*"${BASH_REMATCH[0]}"}
        [[ ${BASH_REMATCH[2]} == poison* || ${BASH_REMATCH[2]}/${BASH_REMATCH[3]} == heals*/1 ]] && failed=yes
        [ "$failed" ] && list+=",{\"itemIdentifier\":\"${BASH_REMATCH[1]}\"}"
        [ "$ORDERED" ] || failed=
    done
    printf '{"batchItemFailures":[%s]}' "${list#,}"
}

while curl -sS -D "$work/headers" -o "$work/event" "$api/next"; do
    id=$(grep -i '^Lambda-Runtime-Aws-Request-Id:' "$work/headers" | tr -d '\r' | cut -d' ' -f2)
    event=$(<"$work/event")
    # A line of the log has its limit; of a long event the number of its records is enough.
    logged=$event
    [ ${#event} -lt 200000 ] || logged="{\"Records\":$(grep -o '"messageId":' "$work/event" | wc -l)}"
    printf '{"begun":"%s","at_us":%s,"event":%s}\n' "$id" "${EPOCHREALTIME/[.,]/}" "$logged"
    [ "$ANSWER" != hang ] || sleep 3600
    [ -z "$TAKES" ] || sleep "$TAKES"
    path=response
    answer=${ANSWER-$(failures)}
    [ "$ANSWER" != throw ] || { path=error; answer='{"errorType":"ValueError","errorMessage":"as told"}'; }
    printf '{"ended":"%s","at_us":%s}\n' "$id" "${EPOCHREALTIME/[.,]/}"
    curl -sS -o /dev/null --data-binary "$answer" "$api/$id/$path"
done
