namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ServiceGraphSchedule")]
[OutputType(typeof(ServiceGraphSchedule))]
public sealed class GetServiceGraphScheduleCommand : ScheduleCommand
{
    /// <summary>Names of schedules, with or without <c>opsrestart-</c>. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord() =>
        Run(async pump =>
        {
            var store = await StoreAsync(pump.Stopping).ConfigureAwait(false);
            foreach (var schedule in await store.ListAsync(Name, pump.Stopping).ConfigureAwait(false))
            {
                await pump.OutputAsync(schedule).ConfigureAwait(false);
            }
        });
}
