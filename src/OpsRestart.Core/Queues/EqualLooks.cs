using static System.FormattableString;

namespace OpsRestart.Core.Queues;

/// <summary>Where no single look is a proof, several equal ones that are apart in time stand for it.</summary>
internal sealed class EqualLooks
{
    private string? _fingerprint;
    private TimeSpan _since;
    private TimeSpan _last;
    private int _count;

    /// <summary>One more look, which began and ended then; and what it is worth: drained, or busy until there are enough.</summary>
    public DrainObservation Add(DrainObservation seen, TimeSpan began, TimeSpan ended)
    {
        if (seen is not { Verdict: DrainVerdict.Drained, Fingerprint: { } fingerprint })
        {
            _fingerprint = null;
            return seen;
        }

        if (fingerprint != _fingerprint)
        {
            (_fingerprint, _since, _last, _count) = (fingerprint, ended, ended, 1);
        }
        else if (began - _last >= seen.LooksApart)
        {
            (_last, _count) = (ended, _count + 1);
        }

        var over = began > _since ? began - _since : TimeSpan.Zero;
        var times = Invariant($"seen {_count} time(s) over {over.TotalSeconds:0.0} s");
        return _count >= seen.LooksNeeded && over >= seen.LooksOver
            ? seen with
            {
                Evidence = [.. seen.Evidence, $"{times}, and always the same"],
            }
            : seen with
            {
                Verdict = DrainVerdict.Busy,
                Evidence = [$"nothing is left; {times}{Missing(seen)}", .. seen.Evidence],
            };
    }

    private static string Missing(DrainObservation seen) =>
        seen.LooksOver > TimeSpan.Zero ? Invariant($" of {seen.LooksOver.TotalSeconds:0.#} s") : Invariant($" of {seen.LooksNeeded}");
}
