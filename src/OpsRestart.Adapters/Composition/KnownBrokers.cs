using System.Collections.Concurrent;

namespace OpsRestart.Adapters.Composition;

/// <summary>
/// Objects carry a broker's address without its password. Piping one into another cmdlet of the same session has to reach the same broker,
/// so the addresses that a session used are kept in its memory: one without a password stands for the one that was used last with it.
/// </summary>
internal sealed class KnownBrokers
{
    private readonly ConcurrentDictionary<string, string> _addresses = new(StringComparer.Ordinal);

    public void Remember(string shown, string address) => _addresses[shown] = address;

    public string Restore(string broker) => _addresses.GetValueOrDefault(broker, broker);
}
