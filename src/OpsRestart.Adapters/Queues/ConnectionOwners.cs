using System.Net;
using OpsRestart.Adapters.Commands;
using static System.FormattableString;

namespace OpsRestart.Adapters.Queues;

/// <summary>
/// Which process of this machine holds a TCP connection, by the client's end of it. Connections from elsewhere, or of processes that may
/// not be looked at, have no owner here.
/// </summary>
internal static class ConnectionOwners
{
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <param name="address">As a server prints its client: <c>127.0.0.1:41172</c> or <c>[::1]:41172</c>.</param>
    public static int? Find(string address)
    {
        try
        {
            return IPEndPoint.TryParse(address, out var end) && FindInode(end) is { } inode ? FindHolder($"socket:[{inode}]") : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FindInode(IPEndPoint end)
    {
        var wanted = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            Hex(end),
            Hex(new IPEndPoint(end.Address.MapToIPv6(), end.Port)),
        };
        foreach (var table in Tables.Where(File.Exists))
        {
            // proc(5): sl, local_address, rem_address, st, queues, tr, retrnsmt, uid, timeout, inode.
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && wanted.Contains(fields[1]))
                {
                    return fields[9];
                }
            }
        }

        return null;
    }

    /// <summary>The kernel prints addresses as 32-bit words in the machine's own byte order.</summary>
    private static string Hex(IPEndPoint end)
    {
        var bytes = end.Address.GetAddressBytes();
        var words = Enumerable
            .Range(0, bytes.Length / 4)
            .Select(i => BitConverter.ToUInt32(bytes, i * 4).ToString("X8", CultureInfo.InvariantCulture));
        return Invariant($"{string.Concat(words)}:{end.Port:X4}");
    }

    private static int? FindHolder(string socket) =>
        ProcessEntry.AllPids().Where(p => Holds(Invariant($"/proc/{p}/fd"), socket)).Cast<int?>().FirstOrDefault();

    private static bool Holds(string folder, string socket)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Any(fd => new FileInfo(fd).LinkTarget == socket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
