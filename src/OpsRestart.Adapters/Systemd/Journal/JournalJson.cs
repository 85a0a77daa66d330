using System.Text;
using System.Text.Json;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>
/// Entries as journalctl --output=json writes them: one object a line, all values text, and what is no UTF-8 as an array of octets.
/// </summary>
internal static class JournalJson
{
    /// <summary>Null for a line that is no entry.</summary>
    public static ServiceLogEntry? Read(string line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : null;
        }
    }

    private static ServiceLogEntry Read(JsonElement entry)
    {
        var about = Text(entry, "_PID") == "1" ? Text(entry, "UNIT") : null;
        return new ServiceLogEntry
        {
            Time = DateTime.UnixEpoch.AddMicroseconds(Number(entry, "__REALTIME_TIMESTAMP") ?? 0),
            Service = UnitName.ToDisplay(about ?? Text(entry, "_SYSTEMD_UNIT") ?? ""),
            Priority = (ServiceLogPriority)(Number(entry, "PRIORITY") ?? (int)ServiceLogPriority.Info),
            Message = Text(entry, "MESSAGE") ?? "",
            Pid = (int?)Number(entry, "_PID"),
            Identifier = Text(entry, "SYSLOG_IDENTIFIER") ?? Text(entry, "_COMM") ?? "",
            HostName = Text(entry, "_HOSTNAME") ?? "",
            InvocationId = about is null ? Text(entry, "_SYSTEMD_INVOCATION_ID") : Text(entry, "INVOCATION_ID"),
            Cursor = Text(entry, "__CURSOR"),
        };
    }

    private static string? Text(JsonElement entry, string field) => entry.TryGetProperty(field, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array when value.GetArrayLength() == 0 => "",
            JsonValueKind.Array when value[0].ValueKind == JsonValueKind.Number => Encoding.UTF8.GetString([
                .. value.EnumerateArray().Select(octet => octet.GetByte()),
            ]),

            // A field that an entry has more than once.
            JsonValueKind.Array => Text(value[0]),
            _ => null,
        };

    private static long? Number(JsonElement entry, string field) =>
        long.TryParse(Text(entry, field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
