namespace OpsRestart.Core.Probes;

/// <summary>
/// Bounds of a number: beyond <paramref name="Min"/> or <paramref name="Max"/> it is Unhealthy, beyond <paramref name="WarnMin"/> or
/// <paramref name="WarnMax"/> Degraded. Bounds themselves are good. The one judgement of numbers, for every probe.
/// </summary>
internal sealed record Limits(double? Min = null, double? Max = null, double? WarnMin = null, double? WarnMax = null)
{
    public static readonly Limits None = new();

    public bool IsEmpty => this == None;

    /// <summary>Null: within all bounds.</summary>
    public LimitBreach? Breach(double value) =>
        this switch
        {
            _ when value > Max => new LimitBreach(ProbeStatus.Unhealthy, IsHigh: true, Max.Value),
            _ when value < Min => new LimitBreach(ProbeStatus.Unhealthy, IsHigh: false, Min.Value),
            _ when value > WarnMax => new LimitBreach(ProbeStatus.Degraded, IsHigh: true, WarnMax.Value),
            _ when value < WarnMin => new LimitBreach(ProbeStatus.Degraded, IsHigh: false, WarnMin.Value),
            _ => null,
        };

    /// <summary>The number with these bounds. None for what is no number that can be written.</summary>
    public IReadOnlyList<ProbeMeasure> Measure(string name, double value, string unit = "") =>
        double.IsFinite(value)
            ?
            [
                new ProbeMeasure
                {
                    Name = name,
                    Value = value,
                    Unit = unit,
                    Warn = Range(WarnMin, WarnMax),
                    Crit = Range(Min, Max),
                },
            ]
            : [];

    private static string? Range(double? min, double? max) =>
        (min, max) switch
        {
            (null, null) => null,
            (null, _) => Text(max),
            _ => $"{Text(min)}:{Text(max)}",
        };

    private static string Text(double? bound) => bound?.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture) ?? "";
}

/// <summary>A number is beyond a bound.</summary>
/// <param name="Status">Unhealthy or Degraded.</param>
/// <param name="IsHigh">Above it; otherwise below.</param>
/// <param name="Bound">The bound.</param>
internal sealed record LimitBreach(ProbeStatus Status, bool IsHigh, double Bound)
{
    /// <summary>A stable word for it.</summary>
    public string Reason => IsHigh ? "TooHigh" : "TooLow";

    public string Than => IsHigh ? "more than" : "less than";
}
