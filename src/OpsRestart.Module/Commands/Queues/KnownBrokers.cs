using System.Collections.Concurrent;

namespace OpsRestart.Commands;

/// <summary>
/// Objects carry a broker's address without its password. Piping one into another cmdlet of this session has to reach the same broker,
/// so the addresses that were used are kept in memory: an address without its password stands for the one that was used last with it.
/// </summary>
internal static class KnownBrokers
{
    private static readonly ConcurrentDictionary<string, string> Addresses = new(StringComparer.Ordinal);

    public static void Remember(string shown, string address) => Addresses[shown] = address;

    public static string Restore(string broker) => Addresses.GetValueOrDefault(broker, broker);
}
