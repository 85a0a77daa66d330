namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// reread and update, as supervisorctl does them: groups that are gone from the configuration are stopped and removed, changed ones are
/// stopped and added again, new ones are added; what is added starts if it says so (autostart).
/// </summary>
internal sealed class ProgramReload(SupervisorLink link, ProgramPoll poll)
{
    /// <exception cref="SupervisorException">InvalidArgument: the configuration is wrong, and nothing was changed.</exception>
    public async Task<ServiceManagerUpdate> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await link.CallAsync("reloadConfig", cancellationToken).ConfigureAwait(false);
            var changes = answer is List<object> and [List<object> and [List<object> added, List<object> changed, List<object> removed]]
                ? new ServiceManagerUpdate
                {
                    Manager = ServiceManagerKind.Supervisor,
                    Added = [.. added.OfType<string>()],
                    Changed = [.. changed.OfType<string>()],
                    Removed = [.. removed.OfType<string>()],
                }
                : throw new SupervisorException(OpsError.ProtocolError, "supervisord answers 'reloadConfig' in another shape.");
            foreach (var group in changes.Removed.Concat(changes.Changed))
            {
                await RemoveAsync(group, cancellationToken).ConfigureAwait(false);
            }

            foreach (var group in changes.Changed.Concat(changes.Added))
            {
                await link.CallAsync("addProcessGroup", cancellationToken, group).ConfigureAwait(false);
            }

            return changes;
        }
        catch (SupervisorFault fault)
        {
            throw SupervisorException.Refused(fault, "read its configuration", "supervisord");
        }
    }

    private async Task RemoveAsync(string group, CancellationToken cancellationToken)
    {
        await link.CallAsync("stopProcessGroup", cancellationToken, group, false).ConfigureAwait(false);
        var all = ProgramLooks.List(await link.CallAsync("getAllProcessInfo", cancellationToken).ConfigureAwait(false), ProgramInfo.Of);
        var ids = all.Where(p => p.Group == group).Select(static p => p.Id).ToList();
        await foreach (var round in poll.FollowAsync(ids, cancellationToken).ConfigureAwait(false))
        {
            if (ids.All(id => round[id] is null or { IsDown: true }))
            {
                break;
            }
        }

        await link.CallAsync("removeProcessGroup", cancellationToken, group).ConfigureAwait(false);
    }
}
