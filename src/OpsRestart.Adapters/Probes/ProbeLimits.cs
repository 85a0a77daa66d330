namespace OpsRestart.Adapters.Probes;

/// <summary>
/// The limits of a probe that has a number, as its settings say: <c>crit</c> and <c>warn</c> are ranges as monitoring plugins write them
/// (<c>60</c>: more is bad; <c>10:</c>: less is bad; <c>10:60</c>), <c>min</c>, <c>max</c>, <c>warnMin</c> and <c>warnMax</c> one bound
/// each.
/// </summary>
internal sealed record ProbeLimits(Limits Bounds, LimitScale Scale)
{
    public bool IsEmpty => Bounds.IsEmpty;

    public static ProbeLimits Read(ProbeSettings settings, LimitScale? scale = null)
    {
        scale ??= LimitScale.Number;
        var (min, max) = ReadSide(settings, scale, scale.Ranges.Crit, scale.Keys.Min, scale.Keys.Max);
        var (warnMin, warnMax) = ReadSide(settings, scale, scale.Ranges.Warn, scale.Keys.WarnMin, scale.Keys.WarnMax);
        if (warnMax > max || warnMin < min)
        {
            var key =
                scale.Ranges.Warn is { } range && settings.Has(range) ? range : (warnMax > max ? scale.Keys.WarnMax : scale.Keys.WarnMin);
            settings.Fail(key!, "is beyond the critical limit, so that nobody would be warned", "Give the warning the nearer limit.");
        }

        return new ProbeLimits(new Limits(min, max, warnMin, warnMax), scale);
    }

    /// <param name="value">What was measured.</param>
    /// <param name="name">What it is the number of, for monitoring.</param>
    /// <param name="what">A sentence's beginning: "The disk of /var has".</param>
    /// <param name="advice">What to do when it is out of bounds.</param>
    /// <param name="show">How a number is written; null: as the scale does.</param>
    public ProbeVerdict Judge(double value, string name, string what, string advice, Func<double, string>? show = null)
    {
        show ??= Scale.Show;
        var verdict = Bounds.Breach(value) is { } breach
            ? new ProbeVerdict(breach.Status, breach.Reason, $"{what} {show(value)}, {breach.Than} {show(breach.Bound)}. {advice}")
            : ProbeVerdict.Healthy(ProbeReason.Ok, $"{what} {show(value)}.");
        return verdict with { Measures = Bounds.Measure(name, value, Scale.Unit) };
    }

    private static (double? Min, double? Max) ReadSide(
        ProbeSettings settings,
        LimitScale scale,
        string? range,
        string? minKey,
        string? maxKey
    )
    {
        var min = minKey is null ? null : scale.Read(settings, minKey);
        var max = maxKey is null ? null : scale.Read(settings, maxKey);
        if (range is null || settings.Text(range) is not { } text)
        {
            return (min, max);
        }

        if (min is not null || max is not null)
        {
            settings.Fail(range, $"says the same as '{(max is not null ? maxKey : minKey)}'", "Give one of them.");
            return (min, max);
        }

        return Parse(settings, scale, range, text.Trim());
    }

    private static (double? Min, double? Max) Parse(ProbeSettings settings, LimitScale scale, string range, string text)
    {
        var parts = text.Split(':');
        var bounds = parts.Select(p => p is "" or "~" ? null : scale.Parse(p)).ToList();
        if (
            parts.Length > 2
            || bounds.All(static b => b is null)
            || parts.Zip(bounds).Any(static b => b.Second is null && b.First is not ("" or "~"))
        )
        {
            settings.Fail(
                range,
                $"is no limit: '{settings.AsWritten(range)}'",
                $"Write {scale.Example} where more is bad, {scale.Example}: where less is bad, or MIN:MAX."
            );
            return (null, null);
        }

        if (bounds is [{ } low, { } high] && low > high)
        {
            settings.Fail(range, $"is a range that nothing is in: '{settings.AsWritten(range)}'", "Write MIN:MAX.");
        }

        return parts.Length == 1 ? (null, bounds[0]) : (bounds[0], bounds[1]);
    }
}
