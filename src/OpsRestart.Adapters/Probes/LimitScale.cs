using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Probes;

/// <summary>What the numbers of a probe are: how a limit is written and shown, and on which side of it the bad ones are.</summary>
/// <param name="Unit">As in <see cref="ProbeMeasure.Unit"/>.</param>
/// <param name="Example">A limit as it would be written.</param>
/// <param name="Parse">Reads one bound; null: it is none.</param>
/// <param name="Read">Reads a setting that is one bound, and tells what is wrong with it.</param>
/// <param name="Show">For sentences.</param>
internal sealed record LimitScale(
    string Unit,
    string Example,
    Func<string, double?> Parse,
    Func<ProbeSettings, string, double?> Read,
    Func<double, string> Show
)
{
    public static readonly LimitScale Number = new(
        "",
        "10",
        static text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        static (settings, key) => settings.Number(key),
        static value => value.ToString("0.######", CultureInfo.InvariantCulture)
    );

    /// <summary>How many of something.</summary>
    public static readonly LimitScale Count = Number with
    {
        Parse = static text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null,
        Read = static (settings, key) => settings.Count(key),
    };

    /// <summary>Sizes: <c>600MiB</c>, <c>1.5GB</c>, bytes.</summary>
    public static readonly LimitScale Bytes = new(
        "B",
        "600MiB",
        ByteSize.TryParse,
        static (settings, key) => settings.Size(key),
        ByteSize.Format
    );

    /// <summary>Durations, counted in seconds.</summary>
    public static readonly LimitScale Time = new(
        "s",
        "30s",
        static text => Duration.TryParse(text, out var time) ? time.TotalSeconds : null,
        static (settings, key) => settings.Duration(key)?.TotalSeconds,
        static value => Duration.Format(TimeSpan.FromSeconds(value))
    );

    /// <summary>The settings that are one bound each; null: this probe has none of that side.</summary>
    public (string? Min, string? Max, string? WarnMin, string? WarnMax) Keys { get; init; } = ("min", "max", "warnMin", "warnMax");

    /// <summary>The settings that are a whole range each; null: there are none.</summary>
    public (string? Warn, string? Crit) Ranges { get; init; } = ("warn", "crit");
}
