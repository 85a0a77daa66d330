using System.Runtime.CompilerServices;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// Looks at programs while somebody waits for them: supervisord's events reach its own listeners only, no client. One round trip for all
/// that are waited for, however many wait.
/// </summary>
internal sealed class ProgramPoll(SupervisorLink link, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _wanted = new(StringComparer.Ordinal);
    private Task<IReadOnlyDictionary<string, ProgramInfo?>>? _round;

    /// <summary>The programs as they are, again and again; null for one that supervisord does not know.</summary>
    /// <param name="ids">Full names: <c>group:name</c>.</param>
    /// <param name="cancellationToken">The only end.</param>
    /// <exception cref="SupervisorException">supervisord can't be asked.</exception>
    public async IAsyncEnumerable<IReadOnlyDictionary<string, ProgramInfo?>> FollowAsync(
        IReadOnlyList<string> ids,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Want(ids, 1);
        try
        {
            while (true)
            {
                var round = await Next().WaitAsync(cancellationToken).ConfigureAwait(false);
                // A round that was under way before may not have asked for these.
                if (ids.All(round.ContainsKey))
                {
                    yield return round;
                }

                await Task.Delay(Every, time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Want(ids, -1);
        }
    }

    private Task<IReadOnlyDictionary<string, ProgramInfo?>> Next()
    {
        lock (_gate)
        {
            return _round is { IsCompleted: false } running ? running : _round = LookAsync([.. _wanted.Keys]);
        }
    }

    private async Task<IReadOnlyDictionary<string, ProgramInfo?>> LookAsync(IReadOnlyList<string> ids)
    {
        await Task.Yield();
        var answers = await link.CallAllAsync(ids.Select(static id => ("getProcessInfo", new object[] { id })), CancellationToken.None)
            .ConfigureAwait(false);
        return ids.Zip(answers)
            .ToDictionary(
                static p => p.First,
                static p => p.Second is SupervisorFault ? null : ProgramInfo.Of(p.Second),
                StringComparer.Ordinal
            );
    }

    private void Want(IEnumerable<string> ids, int change)
    {
        lock (_gate)
        {
            foreach (var id in ids)
            {
                _wanted[id] = _wanted.GetValueOrDefault(id) + change;
                if (_wanted[id] == 0)
                {
                    _wanted.Remove(id);
                }
            }
        }
    }
}
