using System.Collections;

namespace OpsRestart.Core.Planning;

/// <summary>
/// For each step of a plan the steps to name that it comes after: those that follow from the others are left out. In plans of many thousand
/// steps some of those may stay in: they are true, and to find them all would take as long as steps times edges.
/// </summary>
internal sealed class ShortestAfter
{
    private const int OftenAsked = 4;
    private readonly int[][] _after;
    private readonly int[] _seen;
    private readonly int[] _asked;
    private readonly Dictionary<int, BitArray> _ancestors = [];
    private int _effort = 20_000_000;

    /// <param name="steps">In an order in which they could run one by one.</param>
    public ShortestAfter(IReadOnlyList<PlanStep> steps)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        _after = new int[steps.Count][];
        for (var at = 0; at < steps.Count; at++)
        {
            _after[at] = [.. steps[at].After.Select(id => index[id])];
            index[steps[at].Id] = at;
        }

        _seen = new int[steps.Count];
        _asked = new int[steps.Count];
    }

    /// <summary>By their places in the plan.</summary>
    public IReadOnlyList<int> Of(int step)
    {
        var after = _after[step];
        if (after.Length < 2 || _effort <= 0)
        {
            return after;
        }

        var first = after.Min();
        var pending = new Stack<int>();
        var known = new List<BitArray>();
        foreach (var at in after.Where(at => at > first))
        {
            if (++_asked[at] > OftenAsked && after.Length <= OftenAsked)
            {
                known.Add(Ancestors(at));
            }
            else
            {
                pending.Push(at);
            }
        }

        var mark = step + 1;
        Walk(pending, at => at >= first && _seen[at] != mark && (_seen[at] = mark) == mark);
        return _effort <= 0 ? after : [.. after.Where(at => _seen[at] != mark && !known.Exists(k => k[at]))];
    }

    /// <summary>Of a step that many others come after, once for all of them.</summary>
    private BitArray Ancestors(int step)
    {
        if (!_ancestors.TryGetValue(step, out var found))
        {
            found = _ancestors[step] = new BitArray(_after.Length);
            Walk(new Stack<int>([step]), at => !found[at] && (found[at] = true));
        }

        return found;
    }

    private void Walk(Stack<int> pending, Func<int, bool> isNew)
    {
        while (_effort > 0 && pending.TryPop(out var at))
        {
            foreach (var before in _after[at])
            {
                _effort--;
                if (isNew(before))
                {
                    pending.Push(before);
                }
            }
        }
    }
}
