namespace OpsRestart.Adapters.Checks;

/// <summary>
/// Whether this user may start and stop the system's units: root, or by polkit. Better known before the first stop than after it.
/// </summary>
internal sealed class PrivilegeCheck(IHookRunner runner) : IPreflightCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var needed = plan.Definition.Nodes.Any(n =>
            plan.Nodes.Contains(n.Name) && n is { Scope: ServiceScope.System, Manager: ServiceManagerKind.Systemd, HostName: null }
        );
        if (!needed || Environment.IsPrivilegedProcess || await AllowedByPolkitAsync(cancellationToken).ConfigureAwait(false))
        {
            return [];
        }

        return
        [
            new GraphFinding
            {
                Code = "AccessDenied",
                Message = $"User '{Environment.UserName}' may not manage the system's services.",
                Target = Environment.UserName,
                Advice = "Run it with sudo, or allow org.freedesktop.systemd1.manage-units to this user in polkit.",
            },
        ];
    }

    private async Task<bool> AllowedByPolkitAsync(CancellationToken cancellationToken)
    {
        var hook = new GraphHook
        {
            Name = "privilege check",
            Command =
            [
                "pkcheck",
                "--action-id",
                "org.freedesktop.systemd1.manage-units",
                "--process",
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            ],
        };
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Patience);
        try
        {
            return (await runner.RunAsync(hook, static _ => { }, bounded.Token).ConfigureAwait(false)).Succeeded;
        }
        catch (Exception e)
            when (e is OpsRestartException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // No polkit, or one that doesn't answer: only root may.
            return false;
        }
    }
}
