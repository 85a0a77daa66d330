using System.Collections.Concurrent;
using OpsRestart.Core.Probes;

namespace OpsRestart.Tests.Units.Fakes;

/// <summary>Probes whose answers are a function of the time since their service was started.</summary>
internal sealed class FakeProbes(TimeProvider time) : IProbeFactory
{
    /// <summary>By target: how long after the start it becomes healthy. Not there: at once. Null: never.</summary>
    public ConcurrentDictionary<string, TimeSpan?> HealthyAfter { get; } = new();

    public IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition) => [];

    public IProbe Create(ProbeDefinition definition, ProbeContext context) => new FakeProbe(this, definition, context);

    private sealed class FakeProbe(FakeProbes owner, ProbeDefinition definition, ProbeContext context) : IProbe
    {
        private readonly TimeProvider _time = owner.Clock;

        public Task<ProbeResult> CheckAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var healthy =
                !owner.HealthyAfter.TryGetValue(definition.Target, out var after)
                || (after is { } delay && (context.StartedAt is null || _time.GetUtcNow().UtcDateTime - context.StartedAt >= delay));
            return Task.FromResult(
                new ProbeResult
                {
                    Probe = definition.Kind,
                    Target = definition.Target,
                    Status = healthy ? ProbeStatus.Healthy : ProbeStatus.Unhealthy,
                    Reason = healthy ? "PONG" : "Refused",
                    CheckedAt = _time.GetUtcNow().UtcDateTime,
                }
            );
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private TimeProvider Clock => time;
}
