using System.Buffers;

namespace OpsRestart.Completion;

/// <summary>Names that completion offers, kept for a few seconds: tab must feel instant, and never throws.</summary>
internal sealed class CompletionCache(TimeSpan keep)
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" ,;{}()'\"`$&|<>");

    private readonly Lock _gate = new();
    private IReadOnlyList<string> _names = [];
    private long _readAt = long.MinValue;

    public IEnumerable<CompletionResult> Complete(string word, Func<IReadOnlyList<string>> read)
    {
        var bare = word.Trim('\'', '"');
        var pattern = new WildcardPattern(bare + "*", WildcardOptions.IgnoreCase);
        return Names(read)
            .Where(pattern.IsMatch)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(static name => new CompletionResult(Quote(name), name, CompletionResultType.ParameterValue, name));
    }

    private IReadOnlyList<string> Names(Func<IReadOnlyList<string>> read)
    {
        lock (_gate)
        {
            if (_readAt == long.MinValue || Environment.TickCount64 - _readAt > keep.TotalMilliseconds)
            {
                try
                {
                    _names = read();
                }
                catch (Exception)
                {
                    // No manager, no folder, no right: then there is nothing to offer.
                    _names = [];
                }

                _readAt = Environment.TickCount64;
            }

            return _names;
        }
    }

    /// <summary>PowerShell would read a leading @ as splatting, and a comma, a brace or a space as syntax.</summary>
    private static string Quote(string name) =>
        name.AsSpan().ContainsAny(NeedsQuotes) || name.StartsWith('@') ? $"'{name.Replace("'", "''", StringComparison.Ordinal)}'" : name;
}
