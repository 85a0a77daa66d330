namespace OpsRestart;

/// <summary>
/// Lists of the model are arrays, whatever was given: a collection expression makes a type whose indexer is an explicit interface member,
/// and for PowerShell <c>$graph.Nodes[0]</c> is then the whole list.
/// </summary>
internal static class ModelList
{
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> list) => list as T[] ?? list.ToArray();
}
