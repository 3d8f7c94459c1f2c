# The same join in mawk: client and login of each message, its sender, each delivery line summed for sender and status, forgotten on
# `removed`. Fields are what stands between blanks: time, host, daemon, id, text.
{
  id = $4
  if (substr($5, 1, 4) == "to=<") {
    at = index($0, " status=")
    status = substr($0, at + 8, index(substr($0, at + 8), " ") - 1)
    events++
    sums[sender[id] SUBSEP status]++
    logins[login[id]]++
  } else if (substr($5, 1, 7) == "client=") {
    client[id] = substr($5, 8)
    at = index($0, "sasl_username=")
    if (at > 0) login[id] = substr($0, at + 14)
  } else if (substr($5, 1, 6) == "from=<") {
    if (!(id in sender)) events++
    sender[id] = substr($5, 7, index($5, ">") - 7)
  } else if ($5 == "removed") {
    delete client[id]
    delete login[id]
    delete sender[id]
  }
}
END { for (key in sums) n++; print events, n }
