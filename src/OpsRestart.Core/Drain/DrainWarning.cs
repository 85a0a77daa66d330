namespace OpsRestart.Core.Drain;

/// <summary>What people have to know of a drain that ended well: the verdict says that nothing is left, not that nothing was lost.</summary>
public static class DrainWarning
{
    /// <summary>Null: nothing.</summary>
    public static string? Of(DrainResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.EndedWorkers.Count == 0
            ? null
            : $"Ended in the middle of the drain: {string.Join(", ", result.EndedWorkers)}. A task that it had not finished is lost, unless its queue gave it out again. Look for orphaned tasks.";
    }
}
