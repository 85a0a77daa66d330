using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Unregister, "ServiceGraphSchedule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceGraphSchedule))]
public sealed class UnregisterServiceGraphScheduleCommand : ScheduleCommand
{
    /// <summary>Names of schedules, with or without <c>opsrestart-</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Return what was taken away.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            IReadOnlyList<ServiceGraphSchedule> found = [];
            Run(async pump =>
            {
                var store = await StoreAsync(pump.Stopping).ConfigureAwait(false);
                found = await store.ListAsync([name], pump.Stopping).ConfigureAwait(false);
            });
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(
                    ErrorRecords.From(
                        new OpsRestartException(
                            OpsError.UnitNotFound,
                            $"There is no schedule called '{name}'.",
                            name,
                            "Get-ServiceGraphSchedule lists them."
                        ),
                        name
                    )
                );
            }

            foreach (var schedule in found.Where(s => ShouldProcess($"{s.Name}: {s.Operation} of {s.Graph}, {s.Calendar}", "Unregister")))
            {
                Run(async pump =>
                {
                    var store = await StoreAsync(pump.Stopping).ConfigureAwait(false);
                    await store.UnregisterAsync(schedule, pump.Stopping).ConfigureAwait(false);
                    if (PassThru)
                    {
                        await pump.OutputAsync(schedule).ConfigureAwait(false);
                    }
                });
            }
        }
    }
}
