using System.Net.Sockets;
using System.Text;
using OpsRestart.Core.Reports;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>
/// A line of our own in the journal, with fields, by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram.
/// <c>journalctl OPSRESTART_GRAPH=nautobot</c> finds it.
/// </summary>
internal static class JournalEntry
{
    private const string Socket = "/run/systemd/journal/socket";

    /// <summary>
    /// What a run came to. Priority 6 (info) when it was done or skipped, 4 (warning) when all is as before, else 3 (error).
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(ServiceGraphRun run) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MESSAGE"] = $"{RunTable.Headline(run)} (run {run.Id})",
            ["PRIORITY"] = run.Outcome switch
            {
                RunOutcome.Done or RunOutcome.Skipped => "6",
                RunOutcome.Failed or RunOutcome.KnownBadState => "3",
                _ => "4",
            },
            ["SYSLOG_IDENTIFIER"] = "opsrestart",
            ["OPSRESTART_RUN"] = run.Id,
            ["OPSRESTART_GRAPH"] = run.Graph,
            ["OPSRESTART_OPERATION"] = run.Operation.ToString(),
            ["OPSRESTART_OUTCOME"] = run.Outcome.ToString(),
            ["OPSRESTART_FAILURE"] = SecretText.Redact(run.Failure ?? ""),
        };

    /// <summary>Where there is no journal nothing is written: the run has told its result to whoever began it.</summary>
    public static void Send(IReadOnlyDictionary<string, string> fields, string path = Socket)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1000 };
        try
        {
            socket.SendTo(Bytes(fields), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // A journal that does not take it must not make an error of a run that was done.
        }
    }

    /// <summary>A value may hold line breaks: the name alone on a line, the length in 8 bytes, the value.</summary>
    private static byte[] Bytes(IReadOnlyDictionary<string, string> fields)
    {
        using var bytes = new MemoryStream();
        foreach (var (name, text) in fields.Where(static f => f.Value.Length > 0))
        {
            var value = Encoding.UTF8.GetBytes(text);
            bytes.Write(Encoding.UTF8.GetBytes(name + "\n"));
            bytes.Write(BitConverter.GetBytes((long)value.Length));
            bytes.Write(value);
            bytes.WriteByte((byte)'\n');
        }

        return bytes.ToArray();
    }
}
