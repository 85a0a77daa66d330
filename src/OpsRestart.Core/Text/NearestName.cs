namespace OpsRestart.Core.Text;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    // The work grows with the length, and no name is that long.
    private const int MaxLength = 200;

    private const int MostShown = 20;

    /// <summary>
    /// The known name that is nearest to the one written, or null when none is near: too many of its letters would have to change.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length > MaxLength)
        {
            return null;
        }

        var best = known
            .Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(static candidate => candidate.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Allowed(Math.Max(written.Length, best.Name.Length)) ? best.Name : null;
    }

    /// <summary>A sentence for an error's advice; null when nothing is near.</summary>
    public static string? Advice(string written, IEnumerable<string> known) =>
        Of(written, known) is { } name ? $"Did you mean '{name}'?" : null;

    /// <summary>Names for a sentence: all, or the first of many.</summary>
    public static string Some(IReadOnlyCollection<string> names)
    {
        return string.Join(", ", names.Take(MostShown)) + (names.Count > MostShown ? $" and {names.Count - MostShown} more" : "");
    }

    /// <summary>Letters to insert, remove, replace, or swap with their neighbour, to make one text of the other.</summary>
    public static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }

    private static int Allowed(int length) => length <= 3 ? 1 : Math.Max(2, length / 3);
}
