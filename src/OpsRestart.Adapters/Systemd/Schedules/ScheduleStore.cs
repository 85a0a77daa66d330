namespace OpsRestart.Adapters.Systemd.Schedules;

/// <summary>Schedules, each a timer and a service of systemd in a folder of units. Needs the rights of root for every change.</summary>
internal sealed class ScheduleStore(SystemdServiceManager manager, IHookRunner commands)
{
    public const string UnitFolder = "/etc/systemd/system";
    public const string Prefix = "opsrestart-";

    /// <summary>Those of a name or pattern, by name; with none all.</summary>
    public async Task<IReadOnlyList<ServiceGraphSchedule>> ListAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = new List<ServiceGraphSchedule>();
        foreach (var file in Directory.EnumerateFiles(UnitFolder, Prefix + "*.timer").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (
                (names.Count == 0 || names.Any(n => NameMatch.Matches(name, n) || NameMatch.Matches(name[Prefix.Length..], n)))
                && ScheduleUnits.Read(name, await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)) is { } schedule
            )
            {
                found.Add(await LookAsync(schedule, cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    /// <summary>Writes both units and sets the timer; one of this name is replaced.</summary>
    /// <exception cref="OpsRestartException">InvalidArgument: the calendar is wrong, or the name is somebody else's unit.
    /// AccessDenied.</exception>
    public async Task<ServiceGraphSchedule> RegisterAsync(
        ServiceGraphSchedule schedule,
        string program,
        CancellationToken cancellationToken
    )
    {
        await CheckAsync(schedule, cancellationToken).ConfigureAwait(false);
        await WriteAsync(schedule, ".service", ScheduleUnits.Service(schedule, program), cancellationToken).ConfigureAwait(false);
        await WriteAsync(schedule, ".timer", ScheduleUnits.Timer(schedule), cancellationToken).ConfigureAwait(false);
        await manager.UpdateAsync(cancellationToken).ConfigureAwait(false);
        await manager.EnableAsync([schedule.Name + ".timer"], cancellationToken).ConfigureAwait(false);

        // A timer that is set already takes a new calendar only when it is set again.
        await manager.RestartAsync(schedule.Name + ".timer", cancellationToken).ConfigureAwait(false);
        return await LookAsync(schedule, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes timer and service away. An operation that runs goes on.</summary>
    public async Task UnregisterAsync(ServiceGraphSchedule schedule, CancellationToken cancellationToken)
    {
        await manager.StopAsync(schedule.Name + ".timer", cancellationToken).ConfigureAwait(false);
        await manager.DisableAsync([schedule.Name + ".timer"], cancellationToken).ConfigureAwait(false);
        foreach (var kind in new[] { ".timer", ".service" })
        {
            File.Delete(Path.Combine(UnitFolder, schedule.Name + kind));
        }

        await manager.UpdateAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckAsync(ServiceGraphSchedule schedule, CancellationToken cancellationToken)
    {
        foreach (var text in schedule.SkipIf.Append(schedule.Graph).Append(schedule.Calendar).Append(schedule.User))
        {
            if (text.Any(char.IsControl))
            {
                throw new OpsRestartException(
                    OpsError.InvalidArgument,
                    $"'{text}' can't stand in a unit file: it has a control character."
                );
            }
        }

        var look = new GraphHook { Name = "systemd-analyze", Command = ["systemd-analyze", "calendar", schedule.Calendar] };
        var result = await commands.RunAsync(look, static _ => { }, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                $"systemd does not understand '{schedule.Calendar}' as a time: {string.Join(' ', result.Output)}",
                schedule.Calendar,
                "Write it as 'Sun 06:00', 'Mon..Fri 22:00', '*-*-01 04:00' or 'daily'; see systemd.time(7)."
            );
        }

        var file = Path.Combine(UnitFolder, schedule.Name + ".timer");
        if (
            File.Exists(file)
            && ScheduleUnits.Read(schedule.Name, await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)) is null
        )
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                $"{file} was not made by OpsRestart, and is left alone.",
                schedule.Name,
                "Give the schedule another name."
            );
        }
    }

    private static async Task WriteAsync(ServiceGraphSchedule schedule, string kind, string text, CancellationToken cancellationToken)
    {
        var file = Path.Combine(UnitFolder, schedule.Name + kind);
        try
        {
            // systemd may read it at any moment: it is there whole, or not at all.
            var unfinished = file + ".opsrestart-new";
            await File.WriteAllTextAsync(unfinished, text, cancellationToken).ConfigureAwait(false);
            File.Move(unfinished, file, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OpsRestartException(
                OpsError.AccessDenied,
                $"User '{Environment.UserName}' may not write {file}.",
                schedule.Name,
                "Run it with sudo.",
                e
            );
        }
    }

    private async Task<ServiceGraphSchedule> LookAsync(ServiceGraphSchedule schedule, CancellationToken cancellationToken)
    {
        IServiceManager units = manager;
        var timer = await units.ReadAsync(schedule.Name + ".timer", cancellationToken).ConfigureAwait(false);
        if (timer.State == ServiceState.NotFound)
        {
            return schedule;
        }

        var times = await manager.ReadTimerAsync(schedule.Name + ".timer", cancellationToken).ConfigureAwait(false);
        var service = await units.ReadAsync(schedule.Name + ".service", cancellationToken).ConfigureAwait(false);
        return schedule with
        {
            Active = timer.ActiveState == "active",
            Next = times.Moment("NextElapseUSecRealtime"),
            Last = times.Moment("LastTriggerUSec"),
            LastExitCode = service.ExitStatus,
        };
    }
}
