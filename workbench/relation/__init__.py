"""Plans over tables and how they become SQL; the only room that knows SQLGlot. It declares the port that stores stand behind."""

from workbench.relation.port import ColumnInfo, ForeignKeyInfo, Rows, Store, TableInfo

__all__ = ["ColumnInfo", "ForeignKeyInfo", "Rows", "Store", "TableInfo"]
