using OpsRestart.Adapters.Probes;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Makes and runs probes as a graph would.</summary>
internal static class Check
{
    public static readonly ProbeFactory Factory = new(new NoServices(), TimeProvider.System);

    public static ProbeDefinition Define(string kind, string target, params (string Key, object? Value)[] settings) => new()
    {
        Kind = kind,
        Target = target,
        Service = "web",
        Line = 7,
        Timeout = TimeSpan.FromSeconds(4),
        Settings = settings.ToDictionary(static s => s.Key, static s => s.Value),
    };

    public static IReadOnlyList<GraphFinding> Findings(string kind, string target, params (string Key, object? Value)[] settings) =>
        Factory.Validate(Define(kind, target, settings));

    public static Task<ProbeResult> RunAsync(string kind, string target, params (string Key, object? Value)[] settings) =>
        RunAsync(Define(kind, target, settings));

    public static async Task<ProbeResult> RunAsync(ProbeDefinition definition, ProbeContext? context = null, CancellationToken cancellationToken = default)
    {
        await using var probe = Factory.Create(definition, context ?? ProbeContext.None);
        return await probe.CheckAsync(cancellationToken);
    }

    private sealed class NoServices : IServiceHost
    {
        public Task<IServiceManager> GetManagerAsync(ServiceManagerKind kind, string? hostName, ServiceScope scope, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IServiceLog> GetLogAsync(ServiceManagerKind kind, string? hostName, ServiceScope scope, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
