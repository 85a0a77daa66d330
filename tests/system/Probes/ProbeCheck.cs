using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Probes;

namespace OpsRestart.Tests.System.Probes;

/// <summary>Checks through the session, as both fronts do.</summary>
internal static class ProbeCheck
{
    /// <summary>Makes probes that are tried more than once.</summary>
    public static readonly IProbeFactory Factory = new OpsSession().Probes;

    public static async Task<ProbeResult> RunAsync(string kind, string target, params (string Key, object? Value)[] settings)
    {
        await using var session = new OpsSession();
        return (await session.CheckAsync([Define(kind, target, settings)], default))[0];
    }

    public static ProbeDefinition Define(string kind, string target, params (string Key, object? Value)[] settings) =>
        new()
        {
            Kind = kind,
            Target = target,

            // What is judged is the answer, however busy the machine is.
            Timeout = TimeSpan.FromSeconds(30),
            Settings = settings.ToDictionary(static s => s.Key, static s => s.Value),
        };

    /// <summary>Asserts status and reason, and shows the detail when they differ.</summary>
    public static void Is(ProbeStatus status, string reason, ProbeResult result) =>
        Assert.True((result.Status, result.Reason) == (status, reason), $"wanted {status} ({reason}), got {result}: {result.Detail}");
}
