# From the event stream of a Swift Testing run, a line for each test: "pass NAME", "fail NAME" or "skip NAME: why".
# A test that began and did not end has not passed.

function field(line, key,   rest) {
  if (!match(line, "\"" key "\":\"")) return ""
  rest = substr(line, RSTART + RLENGTH)
  gsub(/\\"/, "\001", rest)
  sub(/".*/, "", rest)
  gsub(/\001/, "\"", rest)
  gsub(/\\\//, "/", rest)
  return rest
}

{ id = field($0, "testID") }

/^\{"kind":"test",/ {
  id = field($0, "id")
  if ($0 ~ /"kind":"function"/) { shown = field($0, "displayName"); is_test[id] = 1 } else { shown = "" }
  name = id
  sub(/\/[^\/]*\.swift:[0-9:]*$/, "", name)
  title[id] = name (shown != "" ? " (" shown ")" : "")
  next
}

!(id in is_test) && !/"kind":"runEnded"/ { next }

/"kind":"testStarted"/ { state[id] = "started" }

/"kind":"testEnded"/ { if (state[id] != "skipped") state[id] = $0 ~ /"symbol":"fail"/ ? "failed" : "passed" }

/"kind":"test(Skipped|Cancelled)"/ {
  state[id] = "skipped"
  why[id] = field($0, "text")
  sub(/^.* (skipped|cancelled)[:.]? ?/, "", why[id])
  gsub(/^"|"$/, "", why[id])
}

/"kind":"runEnded"/ { run_ended = 1 }

END {
  for (id in is_test) {
    if (state[id] == "passed") print "pass " title[id]
    else if (state[id] == "failed") print "fail " title[id]
    else if (state[id] == "started") print "fail " title[id] " (did not end)"
    else if (state[id] == "skipped") print "skip " title[id] ": " (why[id] != "" ? why[id] : "no reason given")
    else if (!run_ended) print "fail " title[id] " (did not run)"
  }
}
