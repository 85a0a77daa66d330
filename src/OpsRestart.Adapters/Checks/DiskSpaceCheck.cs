namespace OpsRestart.Adapters.Checks;

/// <summary>A datastore that can't write its dump does not come back: warns below 10 % free on / and /var, refuses below 2 %.</summary>
internal sealed class DiskSpaceCheck : IPreflightCheck
{
    public Task<IReadOnlyList<GraphFinding>> CheckAsync(ServiceGraphPlan plan, ServiceLooks services, CancellationToken cancellationToken)
    {
        var findings = new List<GraphFinding>();
        foreach (var path in new[] { "/", "/var" })
        {
            var drive = new DriveInfo(path);
            var free = 100.0 * drive.AvailableFreeSpace / Math.Max(1, drive.TotalSize);
            if (free < 10)
            {
                findings.Add(
                    new GraphFinding
                    {
                        Severity = free < 2 ? FindingSeverity.Error : FindingSeverity.Warning,
                        Code = "DiskSpace",
                        Message = FormattableString.Invariant($"Only {free:0.#} % is free on {path}."),
                        Target = path,
                        Advice = "Free some space: a datastore that can't write does not come back.",
                    }
                );
            }
        }

        return Task.FromResult<IReadOnlyList<GraphFinding>>(findings);
    }
}
