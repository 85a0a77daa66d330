using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.Probes;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Services;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Makes and runs probes as a graph would.</summary>
internal static class Check
{
    public static readonly IReadOnlyList<ProbeKind> Kinds = ProbeTable.Kinds(
        new NoServices(),
        Parts.Queues(TimeProvider.System),
        TimeProvider.System
    );

    public static readonly ProbeFactory Factory = new(Kinds);

    public static ProbeFactory With(IServiceHost services, TimeProvider time) => new(ProbeTable.Kinds(services, Parts.Queues(time), time));

    public static ProbeDefinition Define(string kind, string target, params (string Key, object? Value)[] settings) =>
        new()
        {
            Kind = kind,
            Target = target,
            Node = "web",
            Line = 7,
            Timeout = TimeSpan.FromSeconds(4),
            Settings = settings.ToDictionary(static s => s.Key, static s => s.Value),
        };

    public static IReadOnlyList<GraphFinding> Findings(string kind, string target, params (string Key, object? Value)[] settings) =>
        Factory.Validate(Define(kind, target, settings));

    public static Task<ProbeResult> RunAsync(string kind, string target, params (string Key, object? Value)[] settings) =>
        RunAsync(Define(kind, target, settings));

    public static async Task<ProbeResult> RunAsync(
        ProbeDefinition definition,
        ProbeContext? context = null,
        CancellationToken cancellationToken = default
    )
    {
        await using var probe = Factory.Create(definition, context ?? ProbeContext.None);
        return await probe.CheckAsync(cancellationToken);
    }

    private sealed class NoServices : IServiceHost
    {
        public Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
