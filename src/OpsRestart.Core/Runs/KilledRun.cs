namespace OpsRestart.Core.Runs;

/// <summary>A run whose process ended before the run did.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Operation">What it did.</param>
/// <param name="Since">When it began (UTC).</param>
/// <param name="Running">Names of the nodes that it had found running.</param>
internal sealed record KilledRun(string RunId, string Operation, DateTime Since, IReadOnlyList<string> Running);
