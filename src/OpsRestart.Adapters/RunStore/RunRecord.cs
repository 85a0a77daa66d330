namespace OpsRestart.Adapters.RunStore;

/// <summary>What a run that is under way notes of itself. A record without its run is one of a run that was killed.</summary>
internal sealed record RunRecord(string RunId, string Operation, int Pid, string User, DateTime Since, IReadOnlyList<string>? Running)
{
    private const int TextLimit = 300;

    /// <summary>Whoever reads it needs all of it, and shows it.</summary>
    public bool IsWhole =>
        IsWord(RunId) && IsWord(User) && Enum.TryParse<GraphOperation>(Operation, out _) && (Running ?? []).All(IsWord);

    public override string ToString() => FormattableString.Invariant(
        $"a {Operation.ToLowerInvariant()} by {User} since {Since:yyyy-MM-dd HH:mm:ss} UTC, pid {Pid}, run {RunId}");

    private static bool IsWord(string? text) => text is { Length: > 0 and <= TextLimit } && !text.Any(static c => char.IsControl(c) || char.IsSurrogate(c));
}
