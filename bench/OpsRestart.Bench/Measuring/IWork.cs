namespace OpsRestart.Bench.Measuring;

/// <summary>One piece of an admin's work, measured in several ways.</summary>
internal interface IWork
{
    string Title { get; }

    Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken);
}
