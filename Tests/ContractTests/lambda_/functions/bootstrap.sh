#!/bin/bash
# The contract's manners in a shell, with curl for the Runtime API.
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$_HANDLER" = init_error ]; then
    curl -sS -o /dev/null -H 'Lambda-Runtime-Function-Error-Type: ValueError' \
        -d '{"errorType":"ValueError","errorMessage":"TABLE is not set"}' "$api/init/error"
    exit 1
fi

answer() { curl -sS -o /dev/null --data-binary "@$work/answer" "${@:2}" "$api/invocation/$id/$1"; }

while curl -sS -D "$work/headers" -o "$work/event" "$api/invocation/next"; do
    id=$(grep -i '^Lambda-Runtime-Aws-Request-Id:' "$work/headers" | cut -d' ' -f2 | tr -d '\r')
    case $_HANDLER in
    echo) cp "$work/event" "$work/answer"; answer response ;;
    error)
        echo '{"errorType":"ValueError","errorMessage":"no \"good\"\nat all"}' > "$work/answer"
        answer error -H 'Lambda-Runtime-Function-Error-Type: ValueError' ;;
    hang) sleep 3600 ;;
    crash) kill -SEGV $$ ;;
    leave) exit 3 ;;
    large) { printf '"'; head -c $(($(cat "$work/event") - 2)) /dev/zero | tr '\0' a; printf '"'; } > "$work/answer"
        answer response ;;
    say) echo 'to stdout'; echo 'to stderr' >&2; echo null > "$work/answer"; answer response ;;
    variables)
        env -0 | while IFS= read -r -d '' pair; do
            value=${pair#*=}
            value=${value//\\/\\\\}
            printf ',"%s":"%s"' "${pair%%=*}" "${value//\"/\\\"}"
        done | sed 's/^,/{/' > "$work/answer"
        echo '}' >> "$work/answer"; answer response ;;
    process) sleep "$(cat "$work/event")"; echo $$ > "$work/answer"; answer response ;;
    esac
done
exit 2
