using System.Text.RegularExpressions;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes;

/// <summary>What one try found; the base adds the time, the target and the latency.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Reason">A short stable word.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record ProbeVerdict(ProbeStatus Status, string Reason, string Detail)
{
    /// <summary>The numbers that it is about.</summary>
    public IReadOnlyList<ProbeMeasure> Measures { get; init; } = [];

    /// <summary>The worst of several, with the numbers of all; of equals the first. Null: there are none.</summary>
    public static ProbeVerdict? Worst(IReadOnlyList<ProbeVerdict> verdicts) =>
        verdicts.MaxBy(static v => ProbeSeverity.Of(v.Status)) is { } worst
            ? worst with
            {
                Measures = [.. verdicts.SelectMany(static v => v.Measures)],
            }
            : null;

    public static ProbeVerdict Healthy(string reason, string detail) => new(ProbeStatus.Healthy, reason, detail);

    public static ProbeVerdict Degraded(string reason, string detail) => new(ProbeStatus.Degraded, reason, detail);

    public static ProbeVerdict Starting(string reason, string detail) => new(ProbeStatus.Starting, reason, detail);

    public static ProbeVerdict Unhealthy(string reason, string detail) => new(ProbeStatus.Unhealthy, reason, detail);

    public static ProbeVerdict Unknown(string reason, string detail) => new(ProbeStatus.Unknown, reason, detail);

    /// <summary>Of what was thrown.</summary>
    /// <param name="error">It.</param>
    /// <param name="peer">Who was talked to, for example "Redis at 127.0.0.1:6379".</param>
    /// <param name="nextStep">What to look at when nothing listens.</param>
    /// <param name="isUnixSocket">Whether it was a Unix socket.</param>
    public static ProbeVerdict Of(Exception error, string peer, string nextStep, bool isUnixSocket) =>
        error switch
        {
            _ when WireFailure.Causes(error).OfType<RegexMatchTimeoutException>().FirstOrDefault() is { } slow => Unhealthy(
                ProbeReason.Mismatch,
                $"{peer} answered, but to match that with /{slow.Pattern}/ takes more than a second. Make the expression simpler."
            ),
            OpsRestartException { Error: not (OpsError.ConnectionFailed or OpsError.ProtocolError) } foreseen => Unknown(
                foreseen.Error.ToString(),
                $"{foreseen.Message} {foreseen.Advice}"
            ),
            _ when WireFailure.Of(error, isUnixSocket: isUnixSocket) is { } failure => Of(failure, peer, nextStep),
            OpsRestartException foreseen => Unknown(foreseen.Error.ToString(), $"{foreseen.Message} {foreseen.Advice}"),

            // The client's own words for an answer that broke off (RabbitMQ's: unreachable, because of a frame that it did not expect).
            _ when WireFailure.Causes(error).Any(static e => e is IOException) => Of(WireFailure.Lost, peer, nextStep),
            _ => Unknown(ProbeReason.Unexpected, $"{peer}: {error.GetType().Name}: {ForeignText.OneLine(error.Message).TrimEnd('.')}."),
        };

    public static ProbeVerdict TimedOut(string peer, TimeSpan timeout, string nextStep) =>
        Of(WireFailure.TimedOut(timeout), peer, nextStep);

    /// <summary>What the adapter of a queue system threw; null: it did not come from one.</summary>
    public static ProbeVerdict? OfAdapter(Exception error) =>
        error switch
        {
            RedisException { Code: "LOADING" } loading => Starting(loading.Code, loading.Message),
            RedisException redis => Unhealthy(redis.Code, $"{redis.Message} {redis.Advice}"),
            AmqpException { Error: OpsError.ConnectionFailed } rabbit => Unhealthy(rabbit.Code, $"{rabbit.Message} {rabbit.Advice}"),
            OpsRestartException other => Unhealthy(other.Error.ToString(), $"{other.Message} {other.Advice}".TrimEnd()),
            _ => null,
        };

    private static ProbeVerdict Of(WireFailure failure, string peer, string nextStep) =>
        new(
            failure.IsOurs ? ProbeStatus.Unknown : ProbeStatus.Unhealthy,
            failure.Reason,
            $"{peer} {failure.What}. {failure.Advice ?? nextStep}"
        );
}
