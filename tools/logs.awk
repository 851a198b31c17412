# Prints the JSON log lines of our services for people; everything else as it is. './inferlab logs' calls it.
#
# In: what 'tail' prints of one log or of several, those with its headers.
# -v service=NAME   whose lines they are until a header says otherwise
# -v colour=1       for a terminal
#
# POSIX awk, and bytes, not characters: it is started with LC_ALL=C.

BEGIN {
  if (colour) { red = "\033[31m"; yellow = "\033[33m"; dim = "\033[2m"; plain = "\033[0m" }
  for (i = 1; i < 256; i++) { char[i] = sprintf("%c", i); byte[char[i]] = i }
  for (i = 0; i < 16; i++) { digit[substr("0123456789abcdef", i + 1, 1)] = i; digit[substr("0123456789ABCDEF", i + 1, 1)] = i }
}

/^==> .* <==$/ {
  service = substr($0, 5, length($0) - 8)
  sub(/^.*\//, "", service); sub(/\.log$/, "", service)
  say(dim "==> " service " <==" plain)
  next
}

/^\{/ && understood($0) { print_record(); next }

{ say($0) }

function say(line) { print line; fflush() }

# --- a record for people ---------------------------------------------------------------------------------------------

function print_record(   time, level, mark, about, n, lines, i) {
  time = first("timestamp", "time")
  sub(/T/, " ", time)
  if (match(time, /\.[0-9]+/)) time = substr(time, 1, RSTART - 1) substr(substr(time, RSTART, RLENGTH) "000", 1, 4)
  else sub(/Z$/, ".000", time)
  level = first("level", "level")
  sub(/^WARNING$/, "WARN", level)
  mark = level ~ /^(ERROR|FATAL|SEVERE)$/ ? red : level == "WARN" ? yellow : level ~ /^(DEBUG|TRACE|FINE)/ ? dim : ""

  about = first("mdc.jobId", "jobId")
  if (about != "") {
    about = "job " about
    if (first("mdc.attempt", "attempt") != "") about = about " attempt " first("mdc.attempt", "attempt")
  } else if (field["mdc.experimentId"] != "") about = "experiment " field["mdc.experimentId"]
  if (about != "") about = "  " dim "[" about "]" plain

  n = split(field["message"], lines, "\n")
  say(dim time plain " " mark sprintf("%-5s", level) (mark == "" ? "" : plain) " " \
    sprintf("%-9s", service == "" ? field["service"] : service) " " lines[1] about)
  for (i = 2; i <= n; i++) say("  " lines[i])

  if ("exception.exceptionType" in field) print_exception("exception", "")
  else if (first("stackTrace", "stack") != "") print_stack(first("stackTrace", "stack"))
}

# As logged field by field: the type and message of each cause, with the first calls.
function print_exception(path, caused,   i, call) {
  print_indented(caused field[path ".exceptionType"] (field[path ".message"] == "" ? "" : ": " field[path ".message"]))
  for (i = 0; i < 3 && ((path ".frames." i ".class") in field); i++) {
    call = path ".frames." i
    say(dim "    at " field[call ".class"] "." field[call ".method"] (field[call ".line"] > 0 ? ":" field[call ".line"] : "") plain)
  }
  if ((path ".frames.3.class") in field) say(dim "    …" plain)
  if ((path ".causedBy.exception.exceptionType") in field) print_exception(path ".causedBy.exception", "Caused by: ")
}

# As Java prints it: the same choice.
function print_stack(stack,   n, lines, i, calls) {
  n = split(stack, lines, "\n")
  calls = 0
  for (i = 1; i <= n; i++) {
    sub(/\r$/, "", lines[i])
    if (lines[i] !~ /^[ \t]/) { if (lines[i] != "") say("  " lines[i]); calls = 0 }
    else if (++calls <= 3) { sub(/^[ \t]+/, "", lines[i]); say(dim "    " lines[i] plain) }
    else if (calls == 4) say(dim "    …" plain)
  }
}

function print_indented(text,   n, lines, i) {
  n = split(text, lines, "\n")
  for (i = 1; i <= n; i++) say("  " lines[i])
}

function first(one, other) { return one in field ? field[one] : other in field ? field[other] : "" }

# --- JSON ------------------------------------------------------------------------------------------------------------

# One object, flat: field["mdc.jobId"], field["exception.frames.0.class"]. Only what has a level and a message is ours.
function understood(line) {
  split("", field)
  rest = line
  return value("") && rest ~ /^[ \t\r]*$/ && ("message" in field) && ("level" in field)
}

function value(path,   i, key, token) {
  blanks()
  if (rest ~ /^\{/) {
    bite(1)
    if (rest ~ /^[ \t]*\}/) { blanks(); bite(1); return 1 }
    while (1) {
      blanks()
      if (!match(rest, /^"([^"\\]|\\.)*"/)) return 0
      key = text(bite(RLENGTH))
      blanks()
      if (rest !~ /^:/) return 0
      bite(1)
      if (!value(path == "" ? key : path "." key)) return 0
      blanks()
      if (rest !~ /^[,}]/) return 0
      if (bite(1) == "}") return 1
    }
  }
  if (rest ~ /^\[/) {
    bite(1)
    if (rest ~ /^[ \t]*\]/) { blanks(); bite(1); return 1 }
    for (i = 0; ; i++) {
      if (!value(path "." i)) return 0
      blanks()
      if (rest !~ /^[],]/) return 0
      if (bite(1) == "]") return 1
    }
  }
  if (match(rest, /^"([^"\\]|\\.)*"/)) { field[path] = text(bite(RLENGTH)); return 1 }
  if (match(rest, /^[-+.0-9a-zA-Z]+/)) {
    token = bite(RLENGTH)
    if (token != "null") field[path] = token
    return token ~ /^(true|false|null|-?[0-9].*)$/
  }
  return 0
}

function blanks() { sub(/^[ \t]+/, "", rest) }

function bite(length_,   bitten) {
  bitten = substr(rest, 1, length_)
  rest = substr(rest, length_ + 1)
  return bitten
}

# A string without its quotes and escapes. Characters that a terminal would obey stay escaped.
function text(quoted,   out, at, escape, code) {
  quoted = substr(quoted, 2, length(quoted) - 2)
  out = ""
  while ((at = index(quoted, "\\")) > 0) {
    out = out substr(quoted, 1, at - 1)
    escape = substr(quoted, at + 1, 1)
    if (escape == "n") out = out "\n"
    else if (escape == "t") out = out "\t"
    else if (escape ~ /["\\\/]/) out = out escape
    else if (escape == "u") {
      code = hexadecimal(substr(quoted, at + 2, 4))
      if (code >= 55296 && code < 56320 && substr(quoted, at + 6, 2) == "\\u") { # the first half of a pair
        code = 65536 + (code - 55296) * 1024 + hexadecimal(substr(quoted, at + 8, 4)) - 56320
        at += 6
      }
      out = out (code < 32 || code >= 127 && code < 160 ? substr(quoted, at, 6) : utf8(code))
      at += 4
    } else if (escape != "r") out = out "\\" escape
    quoted = substr(quoted, at + 2)
  }
  return harmless(out quoted)
}

# DEL, the second control characters (of two bytes in UTF-8) and, though JSON has none, the first are escaped here.
function harmless(raw,   out) {
  out = ""
  while (match(raw, /[\001-\010\013-\037\177]|\302[\200-\237]/)) {
    out = out substr(raw, 1, RSTART - 1) sprintf("\\u%04x", byte[substr(raw, RSTART + RLENGTH - 1, 1)])
    raw = substr(raw, RSTART + RLENGTH)
  }
  return out raw
}

function hexadecimal(digits,   i, code) {
  code = 0
  for (i = 1; i <= length(digits); i++) code = code * 16 + digit[substr(digits, i, 1)]
  return code
}

function utf8(code) {
  if (code < 128) return char[code]
  if (code < 2048) return char[192 + int(code / 64)] char[128 + code % 64]
  if (code < 65536) return char[224 + int(code / 4096)] char[128 + int(code / 64) % 64] char[128 + code % 64]
  return char[240 + int(code / 262144)] char[128 + int(code / 4096) % 64] char[128 + int(code / 64) % 64] char[128 + code % 64]
}
