using OpsRestart.Core.Runs;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Everything that can be known to go wrong, looked at before the first change. All checks run, in parallel, and all findings are told.
/// </summary>
internal static class Preflight
{
    public static async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        RunPorts ports,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var found = await Task.WhenAll(ports.Preflight.Select(c => RunAsync(c, plan, services, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(static f => f).OrderByDescending(static f => f.Severity)];
    }

    private static async Task<IReadOnlyList<GraphFinding>> RunAsync(
        IPreflightCheck check,
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await check.CheckAsync(plan, services, cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException e)
        {
            return
            [
                new GraphFinding
                {
                    Code = e.Error.ToString(),
                    Message = e.Message,
                    Target = e.Target,
                    Advice = e.Advice,
                },
            ];
        }
    }
}
