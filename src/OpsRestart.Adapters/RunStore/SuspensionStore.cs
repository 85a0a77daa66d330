using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.RunStore;

/// <summary>One file for each suspension. It is written before the first worker is told, so that none can be left behind unseen.</summary>
/// <param name="folder">For tests. Default: this user's state folder.</param>
internal sealed class SuspensionStore(string? folder = null) : ISuspensionStore
{
    public void Save(QueueSuspension suspension)
    {
        var record = new SuspensionRecord
        {
            Suspension = suspension,
            OwnerPid = Environment.ProcessId,
            OwnerHost = Environment.MachineName,
            OwnerBoot = Boot(),
            OwnerStartTicks = ProcessEntry.Find(Environment.ProcessId)?.StartTicks ?? 0,
        };
        try
        {
            RecordFile.Write(FileOf(suspension.Id), record);
        }
        catch (StateException e)
        {
            throw NotRecorded(suspension, e, e.Advice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotRecorded(suspension, e, "Make the state folder writable, or name another with OPSRESTART_STATE_DIR.");
        }
    }

    public void Remove(string id)
    {
        try
        {
            RecordFile.Remove(FileOf(id));
        }
        catch (StateException)
        {
            // Nothing of ours is there.
        }
    }

    public IReadOnlyList<SuspensionRecord> List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(Folder(), "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<SuspensionRecord>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StateException)
        {
            return [];
        }
    }

    private string Folder() => folder is null ? StatePlaces.Records("suspensions") : PrivateFolder.Ensure(folder);

    private string FileOf(string id) => Path.Combine(Folder(), RecordFile.NameFor(id) + ".json");

    private static OpsRestartException NotRecorded(QueueSuspension suspension, Exception e, string advice) =>
        new(
            OpsError.AccessDenied,
            $"The suspension of {suspension} can't be recorded, so nothing was suspended: {e.Message}",
            suspension.Broker,
            advice,
            e
        );

    private static SuspensionRecord? Read(string path) =>
        RecordFile.Read<SuspensionRecord>(path, static r => IsWhole(r)) is { } record
            ? record with
            {
                IsOwnerAlive = IsAlive(record),
            }
            : null;

    private static bool IsWhole(SuspensionRecord record) =>
        record
            is {
                OwnerHost: not null,
                OwnerBoot: not null,
                Suspension: { Id: not null, System: not null, Broker: not null, Workers: not null, Settings: not null } s
            }
        && s.Queues.All(static q => q is not null)
        && s.Workers.Values.All(static queues => queues is not null && queues.All(static q => q is not null))
        && s.Settings.Values.All(static v => v is not null);

    // A state folder shared between hosts: what runs elsewhere can't be looked at, so it counts as alive.
    private static bool IsAlive(SuspensionRecord record) =>
        record.OwnerHost != Environment.MachineName
        || (record.OwnerBoot == Boot() && ProcessEntry.Find(record.OwnerPid) is { } owner && owner.StartTicks == record.OwnerStartTicks);

    private static string Boot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
