using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>The lines of a log since the start.</summary>
internal interface ILogSource
{
    /// <summary>For people: "the log of nautobot".</summary>
    string Name { get; }

    Task<LogScan> FindAsync(Regex pattern, CancellationToken cancellationToken);
}
