using System.Globalization;

namespace OpsRestart.Adapters.Probes;

/// <summary>Bounds of a number: beyond <c>min</c> or <c>max</c> it is Unhealthy, beyond <c>warnMin</c> or <c>warnMax</c> Degraded. Bounds themselves are good.</summary>
internal sealed record ProbeLimits(double? Min, double? Max, double? WarnMin, double? WarnMax)
{
    public bool IsEmpty => this is { Min: null, Max: null, WarnMin: null, WarnMax: null };

    public static ProbeLimits Read(ProbeSettings settings) =>
        new(settings.Number("min"), settings.Number("max"), settings.Number("warnMin"), settings.Number("warnMax"));

    /// <summary>The same for sizes: <c>600MiB</c>, <c>1.5GB</c>, bytes.</summary>
    public static ProbeLimits ReadSizes(ProbeSettings settings) =>
        new(settings.Size("min"), settings.Size("max"), settings.Size("warnMin"), settings.Size("warnMax"));

    /// <param name="value">What was measured.</param>
    /// <param name="what">A sentence's beginning: "The disk of /var has".</param>
    /// <param name="advice">What to do when it is out of bounds.</param>
    /// <param name="show">How a number is written.</param>
    public ProbeVerdict Judge(double value, string what, string advice, Func<double, string>? show = null)
    {
        show ??= static v => v.ToString("0.######", CultureInfo.InvariantCulture);
        var (status, word) = this switch
        {
            _ when value > Max => (ProbeStatus.Unhealthy, $"more than {show(Max.Value)}"),
            _ when value < Min => (ProbeStatus.Unhealthy, $"less than {show(Min.Value)}"),
            _ when value > WarnMax => (ProbeStatus.Degraded, $"more than {show(WarnMax.Value)}"),
            _ when value < WarnMin => (ProbeStatus.Degraded, $"less than {show(WarnMin.Value)}"),
            _ => (ProbeStatus.Healthy, ""),
        };
        return status == ProbeStatus.Healthy
            ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{what} {show(value)}.")
            : new ProbeVerdict(status, word.StartsWith("more", StringComparison.Ordinal) ? "TooHigh" : "TooLow", $"{what} {show(value)}, {word}. {advice}");
    }
}
