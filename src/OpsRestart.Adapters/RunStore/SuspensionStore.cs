using System.Diagnostics;
using System.Net;
using System.Text.Json;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.RunStore;

/// <summary>One file for each suspension. It is written before the first worker is told, so that none can be left behind unseen.</summary>
internal sealed class SuspensionStore : ISuspensionStore
{
    private const string Folder = "suspensions";

    public void Save(QueueSuspension suspension)
    {
        ArgumentNullException.ThrowIfNull(suspension);
        using var me = Process.GetCurrentProcess();
        var record = new SuspensionRecord
        {
            Suspension = suspension,
            OwnerPid = me.Id,
            OwnerHost = Dns.GetHostName(),
            OwnerStartedAt = me.StartTime.ToUniversalTime(),
        };
        try
        {
            var path = FileOf(suspension.Id);
            File.WriteAllText(path + ".new", JsonSerializer.Serialize(record));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsRestartException(
                OpsError.AccessDenied,
                $"The suspension of {suspension} can't be recorded, so nothing was suspended: {e.Message}",
                suspension.Broker,
                "Make the state folder writable, or name another with OPSRESTART_STATE_DIR.",
                e);
        }
    }

    public void Remove(string id)
    {
        try
        {
            File.Delete(FileOf(id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or a file system that went read-only: then it is told again next time, which is harmless.
        }
    }

    public IReadOnlyList<SuspensionRecord> List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(StateFolder.Of(Folder), "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<SuspensionRecord>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string FileOf(string id) => Path.Combine(StateFolder.Of(Folder), Uri.EscapeDataString(id) + ".json");

    private static SuspensionRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SuspensionRecord>(File.ReadAllText(path)) is { Suspension: not null } record
                ? record with { IsOwnerAlive = IsAlive(record) }
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static bool IsAlive(SuspensionRecord record)
    {
        try
        {
            // A state folder shared between hosts: what runs elsewhere can't be looked at, so it counts as alive.
            using var owner = record.OwnerHost == Dns.GetHostName() ? Process.GetProcessById(record.OwnerPid) : null;
            return owner is null || Math.Abs((owner.StartTime.ToUniversalTime() - record.OwnerStartedAt).TotalSeconds) < 2;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
